package date

// hour and minute are in seconds.
const (
	hour   = 3600
	minute = 60
)

// zoneNames are the zones that feeds name, folded. Of the abbreviations that
// several zones share it has the one of RFC 822 (EST, PST), or else the one of
// the larger news market: IST is India's, BST is Britain's, CST is America's.
// A name that is not here leaves a date without a zone, which is better than a
// wrong one.
var zoneNames = map[string]zone{
	"z": {}, "zulu": {}, "ut": {}, "utc": {}, "gmt": {}, "wet": {}, "azost": {},
	"etc/utc": {}, "etc/gmt": {}, "etc/uct": {}, "uct": {}, "universal": {}, "greenwich": {},

	// Europe.
	"bst": {seconds: 1 * hour}, "west": {seconds: 1 * hour},
	"cet": {seconds: 1 * hour}, "cest": {seconds: 2 * hour},
	"mez": {seconds: 1 * hour}, "mesz": {seconds: 2 * hour},
	"met": {seconds: 1 * hour}, "mest": {seconds: 2 * hour},
	"hnec": {seconds: 1 * hour}, "haec": {seconds: 2 * hour},
	"eet": {seconds: 2 * hour}, "eest": {seconds: 3 * hour},
	"oez": {seconds: 2 * hour}, "oesz": {seconds: 3 * hour},
	"msk": {seconds: 3 * hour}, "msd": {seconds: 4 * hour}, "мск": {seconds: 3 * hour},
	"trt": {seconds: 3 * hour}, "tsi": {seconds: 3 * hour},
	"samt": {seconds: 4 * hour}, "yekt": {seconds: 5 * hour}, "omst": {seconds: 6 * hour},
	"novt": {seconds: 7 * hour}, "krat": {seconds: 7 * hour}, "irkt": {seconds: 8 * hour},
	"yakt": {seconds: 9 * hour}, "vlat": {seconds: 10 * hour},

	// The Americas.
	"nst": {seconds: -(3*hour + 30*minute)}, "ndt": {seconds: -(2*hour + 30*minute)},
	"ast": {seconds: -4 * hour}, "adt": {seconds: -3 * hour},
	"est": {seconds: -5 * hour}, "edt": {seconds: -4 * hour}, "et": {seconds: -5 * hour, summer: american},
	"cst": {seconds: -6 * hour}, "cdt": {seconds: -5 * hour}, "ct": {seconds: -6 * hour, summer: american},
	"mst": {seconds: -7 * hour}, "mdt": {seconds: -6 * hour}, "mt": {seconds: -7 * hour, summer: american},
	"pst": {seconds: -8 * hour}, "pdt": {seconds: -7 * hour}, "pt": {seconds: -8 * hour, summer: american},
	"akst": {seconds: -9 * hour}, "akdt": {seconds: -8 * hour}, "hst": {seconds: -10 * hour},
	"art": {seconds: -3 * hour}, "brt": {seconds: -3 * hour}, "brst": {seconds: -2 * hour},
	"uyt": {seconds: -3 * hour}, "clst": {seconds: -3 * hour}, "clt": {seconds: -4 * hour},
	"bot": {seconds: -4 * hour}, "vet": {seconds: -4 * hour}, "pyt": {seconds: -4 * hour},
	"cot": {seconds: -5 * hour}, "pet": {seconds: -5 * hour}, "ect": {seconds: -5 * hour},

	// Africa and the Middle East.
	"wat": {seconds: 1 * hour}, "cat": {seconds: 2 * hour}, "sast": {seconds: 2 * hour},
	"eat": {seconds: 3 * hour}, "idt": {seconds: 3 * hour},
	"irst": {seconds: 3*hour + 30*minute}, "irdt": {seconds: 4*hour + 30*minute},
	"gst": {seconds: 4 * hour}, "aft": {seconds: 4*hour + 30*minute},

	// Asia.
	"pkt": {seconds: 5 * hour}, "uzt": {seconds: 5 * hour},
	"ist": {seconds: 5*hour + 30*minute}, "slst": {seconds: 5*hour + 30*minute},
	"npt": {seconds: 5*hour + 45*minute}, "bdt": {seconds: 6 * hour},
	"mmt": {seconds: 6*hour + 30*minute},
	"ict": {seconds: 7 * hour}, "wib": {seconds: 7 * hour}, "wita": {seconds: 8 * hour}, "wit": {seconds: 9 * hour},
	"hkt": {seconds: 8 * hour}, "sgt": {seconds: 8 * hour}, "myt": {seconds: 8 * hour},
	"pht": {seconds: 8 * hour}, "phst": {seconds: 8 * hour}, "ulat": {seconds: 8 * hour},
	"jst": {seconds: 9 * hour}, "kst": {seconds: 9 * hour},

	// Australia and the Pacific.
	"awst": {seconds: 8 * hour},
	"acst": {seconds: 9*hour + 30*minute}, "acdt": {seconds: 10*hour + 30*minute},
	"aest": {seconds: 10 * hour}, "aedt": {seconds: 11 * hour},
	"chst": {seconds: 10 * hour}, "fjt": {seconds: 12 * hour},
	"nzst": {seconds: 12 * hour}, "nzdt": {seconds: 13 * hour},

	// IANA names, with the year since when they are that simple.
	"europe/london": {summer: european}, "europe/dublin": {summer: european}, "europe/lisbon": {summer: european, since: 1997},
	"europe/berlin": {seconds: hour, summer: european}, "europe/paris": {seconds: hour, summer: european},
	"europe/madrid": {seconds: hour, summer: european}, "europe/rome": {seconds: hour, summer: european},
	"europe/vienna": {seconds: hour, summer: european}, "europe/zurich": {seconds: hour, summer: european},
	"europe/amsterdam": {seconds: hour, summer: european}, "europe/brussels": {seconds: hour, summer: european},
	"europe/stockholm": {seconds: hour, summer: european}, "europe/oslo": {seconds: hour, summer: european},
	"europe/copenhagen": {seconds: hour, summer: european}, "europe/prague": {seconds: hour, summer: european},
	"europe/budapest": {seconds: hour, summer: european}, "europe/warsaw": {seconds: hour, summer: european},
	"europe/athens": {seconds: 2 * hour, summer: european}, "europe/helsinki": {seconds: 2 * hour, summer: european},
	"europe/kiev": {seconds: 2 * hour, summer: european, since: 1997}, "europe/kyiv": {seconds: 2 * hour, summer: european, since: 1997},
	"europe/bucharest": {seconds: 2 * hour, summer: european, since: 1998}, "europe/sofia": {seconds: 2 * hour, summer: european, since: 1998},
	"europe/istanbul": {seconds: 3 * hour, since: 2017}, "europe/moscow": {seconds: 3 * hour, since: 2015},

	"america/new_york": {seconds: -5 * hour, summer: american}, "us/eastern": {seconds: -5 * hour, summer: american},
	"america/chicago": {seconds: -6 * hour, summer: american}, "us/central": {seconds: -6 * hour, summer: american},
	"america/denver": {seconds: -7 * hour, summer: american}, "us/mountain": {seconds: -7 * hour, summer: american},
	"america/los_angeles": {seconds: -8 * hour, summer: american}, "us/pacific": {seconds: -8 * hour, summer: american},
	"america/toronto": {seconds: -5 * hour, summer: american}, "america/vancouver": {seconds: -8 * hour, summer: american, since: 2007},
	"america/halifax": {seconds: -4 * hour, summer: american}, "america/phoenix": {seconds: -7 * hour, since: 1968},
	"america/sao_paulo": {seconds: -3 * hour, since: 2020}, "america/bogota": {seconds: -5 * hour, since: 1994},
	"america/lima": {seconds: -5 * hour, since: 1995}, "america/mexico_city": {seconds: -6 * hour, since: 2023},
	"america/buenos_aires": {seconds: -3 * hour, since: 2010}, "america/argentina/buenos_aires": {seconds: -3 * hour, since: 2010},

	"africa/lagos": {seconds: hour, since: 1920}, "africa/nairobi": {seconds: 3 * hour, since: 1960},
	"africa/johannesburg": {seconds: 2 * hour, since: 1945},
	"asia/dubai":          {seconds: 4 * hour, since: 1921}, "asia/riyadh": {seconds: 3 * hour, since: 1948},
	"asia/karachi": {seconds: 5 * hour, since: 2010}, "asia/dhaka": {seconds: 6 * hour, since: 2010},
	"asia/kolkata": {seconds: 5*hour + 30*minute, since: 1946}, "asia/calcutta": {seconds: 5*hour + 30*minute, since: 1946},
	"asia/colombo": {seconds: 5*hour + 30*minute, since: 2007}, "asia/kathmandu": {seconds: 5*hour + 45*minute, since: 1986},
	"asia/bangkok": {seconds: 7 * hour, since: 1921}, "asia/jakarta": {seconds: 7 * hour, since: 1964},
	"asia/ho_chi_minh": {seconds: 7 * hour, since: 1976}, "asia/saigon": {seconds: 7 * hour, since: 1976},
	"asia/hong_kong": {seconds: 8 * hour, since: 1980}, "asia/shanghai": {seconds: 8 * hour, since: 1992},
	"asia/singapore": {seconds: 8 * hour, since: 1982}, "asia/kuala_lumpur": {seconds: 8 * hour, since: 1982},
	"asia/manila": {seconds: 8 * hour, since: 1991}, "asia/taipei": {seconds: 8 * hour, since: 1980},
	"asia/tokyo": {seconds: 9 * hour, since: 1952}, "asia/seoul": {seconds: 9 * hour, since: 1989},
	"australia/brisbane": {seconds: 10 * hour, since: 1993}, "australia/perth": {seconds: 8 * hour, since: 2010},
}
