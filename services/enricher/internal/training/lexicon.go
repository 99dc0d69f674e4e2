package training

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/services/enricher/internal/tagger"
)

// largeCity is the least people of a large city.
const largeCity = 200_000

// ReadLexicon reads the lists in a folder laid out like gaz; a file that is not
// there adds nothing, so that another language may have other ones.
func ReadLexicon(dir string) (*tagger.Lexicon, error) {
	l := tagger.NewLexicon()
	for class, words := range ownWords() {
		for _, w := range strings.Fields(words) {
			l.Name(strings.ReplaceAll(w, "_", " "), class)
		}
	}
	for _, file := range []struct {
		name string
		add  func(l *tagger.Lexicon, line string)
	}{
		{"names-female.txt", addFirstName},
		{"names-male.txt", addFirstName},
		{"names-last.txt", addLastName},
		{"cities5000.tsv", addCity},
		{"glove-clusters.tsv", addClusters},
		{"us-legislators-current.yaml", addPerson},
		{"us-executive.yaml", addPerson},
	} {
		if err := eachLine(filepath.Join(dir, file.name), func(line string) { file.add(l, line) }); err != nil {
			return nil, err
		}
	}
	if err := eachRow(filepath.Join(dir, "country-codes.csv"), func(row map[string]string) {
		for _, name := range []string{row["CLDR display name"], row["UNTERM English Short"], row["official_name_en"]} {
			l.Name(strings.TrimSuffix(name, " (the)"), tagger.Country)
		}
		l.Name(row["Capital"], tagger.LargeCity)
	}); err != nil {
		return nil, err
	}
	if err := eachRow(filepath.Join(dir, "sp500.csv"), func(row map[string]string) {
		addCompany(l, row["Security"])
	}); err != nil {
		return nil, err
	}
	return l, addDivisions(l, filepath.Join(dir, "admin1.json"))
}

// ReadPlaces reads the names of the cities of a folder laid out like gaz, to train
// with.
func ReadPlaces(dir string) ([]string, error) {
	const most = 12_000 // the largest stand first
	var all []string
	err := eachLine(filepath.Join(dir, "cities5000.tsv"), func(line string) {
		if f := strings.Split(line, "\t"); len(f) > 5 && len(all) < most {
			all = append(all, f[1])
		}
	})
	return all, err
}

func addFirstName(l *tagger.Lexicon, line string) { l.Name(strings.TrimSpace(line), tagger.FirstName) }

func addLastName(l *tagger.Lexicon, line string) { l.Name(strings.TrimSpace(line), tagger.LastName) }

func addCity(l *tagger.Lexicon, line string) {
	f := strings.Split(line, "\t")
	if len(f) < 6 {
		return
	}
	class := tagger.City
	if people, err := strconv.Atoi(f[5]); err == nil && people >= largeCity {
		class = tagger.LargeCity
	}
	l.Name(f[1], class)
}

func addClusters(l *tagger.Lexicon, line string) {
	f := strings.Split(line, "\t")
	if len(f) != 1+tagger.Granularities {
		return
	}
	var c [tagger.Granularities]int
	for i := range c {
		n, err := strconv.Atoi(f[1+i])
		if err != nil {
			return
		}
		c[i] = n
	}
	l.Cluster(f[0], c)
}

func addPerson(l *tagger.Lexicon, line string) {
	key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
	if !ok {
		return
	}
	switch value = strings.Trim(value, `'"`); key {
	case "last":
		l.Name(value, tagger.LastName)
	case "first":
		l.Name(value, tagger.FirstName)
	case "official_full":
		l.Name(value, tagger.FullName)
	}
}

// addCompany adds a company with and without what its name ends in.
func addCompany(l *tagger.Lexicon, name string) {
	name, _, _ = strings.Cut(name, " (")
	l.Name(name, tagger.Company)
	for _, end := range []string{" Inc.", " Corporation", " Corp.", " Company", " Group", " plc", " Ltd.", " & Co.", " Holdings", " Companies", " Incorporated", ", Inc."} {
		if short := strings.TrimSuffix(name, end); short != name {
			l.Name(short, tagger.Company)
		}
	}
}

func addDivisions(l *tagger.Lexicon, file string) error {
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	var all []struct{ Name string }
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, d := range all {
		l.Name(d.Name, tagger.Division)
		for _, end := range []string{" Province", " Region", " District", " County", " Department", " Governorate", " Oblast"} {
			if short := strings.TrimSuffix(d.Name, end); short != d.Name {
				l.Name(short, tagger.Division)
			}
		}
	}
	return nil
}

func eachLine(name string, f func(string)) error {
	file, err := os.Open(name)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		f(lines.Text())
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func eachRow(name string, f func(row map[string]string)) error {
	file, err := os.Open(name)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) == 0 {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, values := range rows[1:] {
		row := map[string]string{}
		for i, v := range values {
			row[rows[0][i]] = v
		}
		f(row)
	}
	return nil
}

// ownWords are words that say what the name is that they stand in or by; _ stands
// for a space.
func ownWords() map[tagger.Class]string {
	return map[tagger.Class]string{
		tagger.PersonTitle: `Mr Mr. Mrs Mrs. Ms Ms. Mx Dr Dr. Prof Prof. Professor Sir Dame Lord Lady Sheikh Sheik Imam Rabbi Rev Rev.
			Reverend Father Sister Brother Bishop Archbishop Cardinal Pope Ayatollah Mullah King Queen Prince Princess Duke Duchess
			President Vice-President Chancellor Premier Governor Gov. Gov Senator Sen. Sen Representative Rep. Rep Congressman
			Congresswoman Mayor Minister Secretary Ambassador Judge Justice Attorney Sheriff Chief Captain Capt. Capt Colonel Col. Col
			General Gen. Gen Lieutenant Lt. Lt Major Maj. Sergeant Sgt. Sgt Corporal Cpl. Admiral Adm. Commander Cmdr. Officer Detective
			Inspector Superintendent Constable Coach Manager Chairman Chairwoman CEO spokesman spokeswoman spokesperson analyst
			economist minister president chairman director coach midfielder striker defender goalkeeper captain senator lawyer
			actor actress singer author professor activist journalist Comrade Hon. Señor Don Madame MP`,
		tagger.OrgWord: `Inc Inc. Corp Corp. Corporation Company Co Co. Ltd Ltd. Limited LLC LLP PLC plc Plc AG SA S.A. NV N.V. GmbH SpA AB ASA
			Group Holdings Holding Partners Associates Bank Bancorp Insurance Capital Securities Investments Fund Trust Foundation
			Institute Institution University College School Academy Association Society Union Federation Confederation League Club
			Council Committee Commission Agency Authority Administration Department Ministry Bureau Office Board Court Parliament
			Senate Congress Assembly House Party Movement Front Army Navy Police Force Forces Service Services Corps Guard Brigade
			Hospital Clinic Church Museum Library Theatre Orchestra Times Post News Journal Herald Tribune Guardian Magazine Radio TV
			Television Network Press Agency Airlines Airways Motors Motor Energy Oil Gas Petroleum Power Electric Steel Mining
			Pharmaceuticals Pharma Health Healthcare Technologies Technology Systems Software Networks Communications Telecom
			Entertainment Studios Pictures Records Media Publishing Brands Foods Stores Industries International Enterprises
			Organization Organisation Alliance Coalition Network Centre Center Initiative Programme Program Cup FC F.C. United City
			Rovers Athletic Wanderers Albion Hotspur Yankees Lakers Exchange Treasury Fed Reserve Secretariat Campaign`,
		tagger.PlaceWord: `Street Road Avenue Boulevard Square Park River Lake Mountain Mount Mountains Hill Hills Valley Island Islands Peninsula
			Sea Ocean Bay Gulf Strait Straits Coast Beach Desert Forest Canal Bridge Airport Station Port Harbour Harbor County
			Province Region District State Territory Republic Kingdom Village Town City North South East West Northern Southern
			Eastern Western Central Upper Lower Cape Fort Border Canyon Creek Falls Springs Tower Plaza Stadium Arena Palace Castle Camp`,
		tagger.Speech: `said says told added stated announced argued asked claimed commented confirmed explained insisted noted reported
			replied revealed suggested thinks believes wrote tweeted testified warned urged vowed admitted acknowledged recalled called
			joined scored won lost beat defeated died married resigned retired`,
		tagger.Calendar: `Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
			September October November December Jan. Feb. Aug. Sept. Oct. Nov. Dec. Mon Tue Wed Thu Fri Sat Sun Christmas Easter
			Ramadan GMT EST EDT BST`,
		tagger.Country: `US U.S. USA U.S.A. America UK U.K. Britain England Scotland Wales Northern_Ireland Russia Iran Syria Venezuela Bolivia
			Tanzania South_Korea North_Korea Vietnam Laos Moldova Czech_Republic Ivory_Coast Cape_Verde Burma Swaziland Macedonia Kosovo
			Palestine Taiwan Turkey DR_Congo Congo UAE Soviet_Union Yugoslavia Holland Micronesia Brunei Hong_Kong Macau`,
		tagger.Demonym: `Afghan Albanian Algerian American Angolan Argentine Argentinian Armenian Australian Austrian Azerbaijani Azeri Bahamian Bahraini
			Bangladeshi Barbadian Basque Belarusian Belgian Beninese Bhutanese Bolivian Bosnian Brazilian Bruneian Bulgarian Burundian
			Cambodian Cameroonian Canadian Catalan Chadian Chechen Chilean Colombian Congolese Corsican Costa_Rican Croatian Cuban Cypriot
			Djiboutian Dominican Ecuadorian Ecuadorean Egyptian Emirati Eritrean Estonian Ethiopian Fijian Filipino Gabonese Gambian
			Georgian German Ghanaian Grenadian Guatemalan Guinean Guyanese Haitian Honduran Hungarian Icelander Indian Indonesian Iranian
			Iraqi Israeli Italian Ivorian Jamaican Jordanian Kazakh Kenyan Korean Kosovar Kurd Kuwaiti Kyrgyz Lao Laotian Latvian Lebanese
			Liberian Libyan Lithuanian Macedonian Malagasy Malawian Malaysian Maldivian Malian Maltese Mauritanian Mauritian Mexican
			Moldovan Mongolian Montenegrin Moroccan Mozambican Namibian Nepali New_Zealander Nicaraguan Nigerian Nigerien North_Korean
			Norwegian Omani Pakistani Palestinian Panamanian Paraguayan Peruvian Puerto_Rican Qatari Romanian Russian Rwandan Salvadoran
			Samoan Saudi Scot Senegalese Serb Serbian Sicilian Singaporean Slovak Slovene Slovenian Somali South_African South_Korean
			Sudanese Swede Swazi Syrian Taiwanese Tajik Tanzanian Tasmanian Thai Tibetan Togolese Tongan Trinidadian Tunisian Turk Turkmen
			Ugandan Ukrainian Uruguayan Uyghur Uzbek Venezuelan Vietnamese Yemeni Zambian Zimbabwean African Asian European Eurasian Arab
			Balkan Bavarian Californian Texan Parisian Londoner New_Yorker Berliner Latin_American Central_American South_American
			North_American East_African West_African Southeast_Asian South_Asian
			British English French Dutch Irish Scottish Welsh Danish Finnish Swedish Spanish Portuguese Polish Greek Turkish Swiss Czech
			Chinese Japanese Burmese Cornish Icelandic Kurdish Luxembourgish Sinhalese Anglo Briton`,
		tagger.Division: `Africa Asia Europe Latin_America South_America North_America Middle_East Balkans Caucasus Siberia Scandinavia Gaza
			West_Bank Gaza_Strip Crimea Donbas Kashmir Tibet Xinjiang Kurdistan Chechnya Catalonia Bavaria Sicily Sardinia Corsica
			Punjab Sindh Balochistan Kerala Sahel Darfur Horn_of_Africa Gulf_of_Guinea Caribbean Mediterranean Pacific Atlantic Arctic
			Antarctica Baltic Black_Sea Red_Sea South_China_Sea Persian_Gulf`,
	}
}
