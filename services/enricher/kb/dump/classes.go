package dump

import "github.com/dateline-news/dateline/services/enricher/kb"

// classKind is the kind of the items that are an instance of a class (P31), by the
// number of its item, 0 for one that is none of these. One pass over a dump cannot
// follow what a class is a subclass of, so these are the classes that news meets
// most; a place of another class is known by its coordinates.
func classKind(class uint32) kb.Kind {
	switch class {
	case 5: // human
		return kb.Person
	case 6256, 3624078: // country, sovereign state
		return kb.Country
	}
	switch {
	case isRegion(class):
		return kb.Region
	case isCity(class):
		return kb.City
	case isPlace(class):
		return kb.Place
	case isOrganization(class):
		return kb.Organization
	}
	return 0
}

func isRegion(class uint32) bool {
	switch class {
	case 10864048, // first-level administrative division
		35657,    // state of the United States
		47168,    // county of the United States
		107390,   // federated state
		34876,    // province
		82794,    // region
		36784,    // region of France
		1221156,  // state of Germany
		11828004, // province of Canada
		5852411,  // state of Australia
		12443800, // state of India
		1615742,  // province of China
		835714,   // oblast of Russia
		3336843,  // country of the United Kingdom
		5107:     // continent
		return true
	}
	return false
}

func isCity(class uint32) bool {
	switch class {
	case 515, // city
		1549591, // big city
		1637706, // city of millions
		1093829, // city of the United States
		7930989, // city or town
		5119,    // capital
		200250,  // metropolis
		3957,    // town
		532,     // village
		486972,  // human settlement
		15284,   // municipality
		484170,  // commune of France
		747074,  // comune of Italy
		262166:  // municipality of Germany
		return true
	}
	return false
}

func isPlace(class uint32) bool {
	switch class {
	case 8502, // mountain
		46831,   // mountain range
		4022,    // river
		23397,   // lake
		23442,   // island
		165,     // sea
		9430,    // ocean
		39594,   // bay
		34763,   // peninsula
		8514,    // desert
		39816,   // valley
		1248784, // airport
		123705,  // neighbourhood
		2983893, // quarter
		1620908, // historical region
		22698,   // park
		483110:  // stadium
		return true
	}
	return false
}

func isOrganization(class uint32) bool {
	switch class {
	case 43229, // organization
		4830453, 6881511, 783794, 891723, 18388277, // business, enterprise, company, public company, technology company
		22687, 46970, // bank, airline
		7278,                              // political party
		476028, 847017, 12973014, 4438121, // football club, sports club, team, sports organization
		3918, 875538, 902104, 31855, 33506, // university, public, private, research institute, museum
		11032, 1110794, 1616075, 192283, // newspaper, daily, television station, news agency
		484652, 245065, 163740, 79913, // international, intergovernmental, non-profit, non-governmental
		327333, 192350, 2659904, 35749, 41487, 7188, // agency, ministry, of a government, parliament, court, government
		15911314, 48204, 157031, 178706, // association, voluntary association, foundation, institution
		176799, 17127659, // military unit, terrorist organization
		215380: // band
		return true
	}
	return false
}
