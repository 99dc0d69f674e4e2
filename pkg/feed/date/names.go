package date

import "strings"

// names finds the position of a month or a weekday by its name.
type names map[string]int

// find looks a folded word up, first among the names of the language that other
// languages use otherwise (listopad is October in Croatian, else November).
func (n names) find(language, word string) (int, bool) {
	if word == "" {
		return 0, false
	}
	if primary, _, _ := strings.Cut(language, "-"); primary != "" {
		if i, ok := n[primary+" "+word]; ok {
			return i, true
		}
	}
	i, ok := n[word]
	return i, ok
}

// index reads lines of a language and its names: positions are separated by
// spaces, the spellings of one by bars. Where two languages differ, the one
// further up has the name for itself, the other with its language only.
func index(table string) names {
	n := names{}
	for line := range strings.Lines(fold(table)) {
		language, list, ok := strings.Cut(line, ": ")
		if !ok {
			continue
		}
		for i, spellings := range strings.Fields(list) {
			for name := range strings.SplitSeq(spellings, "|") {
				if other, taken := n[name]; taken && other != i {
					name = strings.TrimSpace(language) + " " + name
				}
				n[name] = i
			}
		}
	}
	return n
}

var monthNames = index(`
en: january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sep|sept october|oct november|nov december|dec
de: januar|jänner|jän|jan februar|feber|feb märz|maerz|mär|mrz april|apr mai juni|jun juli|jul august|aug september|sept|sep oktober|okt november|nov dezember|dez
fr: janvier|janv|jan février|févr|fév|fev mars|mar avril|avr mai juin juillet|juil|jui août|aout|aoû septembre|sept|sep octobre|oct novembre|nov décembre|déc
es: enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago septiembre|setiembre|sept|sep|set octubre|oct noviembre|nov diciembre|dic
it: gennaio|gen|genn febbraio|feb|febb marzo|mar aprile|apr maggio|mag|magg giugno|giu luglio|lug agosto|ago settembre|sett|set ottobre|ott novembre|nov dicembre|dic
pt: janeiro|jan fevereiro|fev março|mar abril|abr maio|mai junho|jun julho|jul agosto|ago setembro|set outubro|out novembro|nov dezembro|dez
ca: gener|gen febrer|feb març|mar abril|abr maig|mai juny|jun juliol|jul agost|ago setembre|set octubre|oct novembre|nov desembre|des
nl: januari|jan februari|feb maart|mrt|mar april|apr mei juni|jun juli|jul augustus|aug september|sep|sept oktober|okt november|nov december|dec
da: januar|jan februar|feb marts|mar april|apr maj juni|jun juli|jul august|aug september|sep|sept oktober|okt november|nov december|dec
nb: januar|jan februar|feb mars|mar april|apr mai juni|jun juli|jul august|aug september|sep oktober|okt november|nov desember|des
sv: januari|jan februari|feb mars|mar april|apr maj juni|jun juli|jul augusti|aug september|sep oktober|okt november|nov december|dec
is: janúar|jan febrúar|feb mars|mar apríl|apr maí júní|jún júlí|júl ágúst|ágú september|sep október|okt nóvember|nóv desember|des
fi: tammikuu|tammikuuta|tammi helmikuu|helmikuuta|helmi maaliskuu|maaliskuuta|maalis huhtikuu|huhtikuuta|huhti toukokuu|toukokuuta|touko kesäkuu|kesäkuuta|kesä heinäkuu|heinäkuuta|heinä elokuu|elokuuta|elo syyskuu|syyskuuta|syys lokakuu|lokakuuta|loka marraskuu|marraskuuta|marras joulukuu|joulukuuta|joulu
et: jaanuar|jaan veebruar|veebr märts aprill|apr mai juuni juuli august|aug september|sept oktoober|okt november|nov detsember|dets
lv: janvāris|janvārī|janv februāris|februārī|febr marts|martā aprīlis|aprīlī|apr maijs|maijā jūnijs|jūnijā|jūn jūlijs|jūlijā|jūl augusts|augustā|aug septembris|septembrī|sept oktobris|oktobrī|okt novembris|novembrī|nov decembris|decembrī|dec
lt: sausio|sausis|saus vasario|vasaris|vas kovo|kovas|kov balandžio|balandis|bal gegužės|gegužė|geg birželio|birželis|birž liepos|liepa|liep rugpjūčio|rugpjūtis|rugp rugsėjo|rugsėjis|rugs spalio|spalis|spal lapkričio|lapkritis|lapkr gruodžio|gruodis|gruod
pl: stycznia|styczeń|sty lutego|luty|lut marca|marzec|mar kwietnia|kwiecień|kwi maja|maj czerwca|czerwiec|cze lipca|lipiec|lip sierpnia|sierpień|sie września|wrzesień|wrz października|październik|paź listopada|listopad|lis grudnia|grudzień|gru
cs: ledna|leden|led února|únor|úno března|březen|bře dubna|duben|dub května|květen|kvě června|červen|čvn července|červenec|čvc srpna|srpen|srp září|zář října|říjen|říj listopadu|listopad|lis prosince|prosinec|pro
sk: januára|január|jan februára|február|feb marca|marec|mar apríla|apríl|apr mája|máj júna|jún júla|júl augusta|august|aug septembra|september|sep októbra|október|okt novembra|november|nov decembra|december|dec
sl: januarja|januar februarja|februar marca|marec aprila|april maja|maj junija|junij julija|julij avgusta|avgust|avg septembra|september oktobra|oktober novembra|november decembra|december
hr: siječnja|siječanj|sij veljače|veljača|velj ožujka|ožujak|ožu travnja|travanj|tra svibnja|svibanj|svi lipnja|lipanj|lip srpnja|srpanj|srp kolovoza|kolovoz|kol rujna|rujan|ruj listopada|listopad|lis studenoga|studenog|studeni|stu prosinca|prosinac|pro
sr: јануар|јан|januar фебруар|феб|februar март|мар|mart април|апр|april мај|maj јун|јуни|jun јул|јули|jul август|авг|avgust септембар|сеп|septembar октобар|окт|oktobar новембар|нов|novembar децембар|дец|decembar
hu: január|jan február|febr|feb március|márc|már április|ápr május|máj június|jún július|júl augusztus|aug szeptember|szept|szep október|okt november|nov december|dec
ro: ianuarie|ian februarie|feb martie|mar aprilie|apr mai iunie|iun iulie|iul august|aug septembrie|sept|sep octombrie|oct noiembrie|nov|noi decembrie|dec
sq: janar|jan shkurt|shk mars|mar prill|pri maj qershor|qer korrik|kor gusht|gus shtator|sht tetor|tet nëntor|nën dhjetor|dhj
bg: януари|яну февруари|фев март|мар април|апр май юни юли август|авг септември|сеп|септ октомври|окт ноември|ное|ноем декември|дек
ru: января|январь|янв февраля|февраль|фев|февр марта|март|мар апреля|апрель|апр мая|май июня|июнь|июн июля|июль|июл августа|август|авг сентября|сентябрь|сен|сент октября|октябрь|окт ноября|ноябрь|ноя|нояб декабря|декабрь|дек
uk: січня|січень|січ лютого|лютий|лют березня|березень|бер квітня|квітень|кві травня|травень|тра червня|червень|чер липня|липень|лип серпня|серпень|сер вересня|вересень|вер жовтня|жовтень|жов листопада|листопад|лис грудня|грудень|гру
be: студзеня|студзень|сту лютага|люты|лют сакавіка|сакавік|сак красавіка|красавік|кра мая|май|травень чэрвеня|чэрвень|чэр ліпеня|ліпень|ліп жніўня|жнівень|жні верасня|верасень|вер кастрычніка|кастрычнік|кас лістапада|лістапад|ліс снежня|снежань|сне
el: ιανουαρίου|ιανουάριος|ιαν φεβρουαρίου|φεβρουάριος|φεβ μαρτίου|μάρτιος|μαρ απριλίου|απρίλιος|απρ μαΐου|μάιος|μάι|μαι ιουνίου|ιούνιος|ιουν ιουλίου|ιούλιος|ιουλ αυγούστου|αύγουστος|αυγ σεπτεμβρίου|σεπτέμβριος|σεπ|σεπτ οκτωβρίου|οκτώβριος|οκτ νοεμβρίου|νοέμβριος|νοε δεκεμβρίου|δεκέμβριος|δεκ
tr: ocak|oca şubat|şub mart|mar nisan|nis mayıs|may haziran|haz temmuz|tem ağustos|ağu eylül|eyl ekim|eki kasım|kas aralık|ara
id: januari|jan februari|feb|pebruari maret|mar april|apr mei juni|jun juli|jul agustus|agu|agt|ags september|sep|sept oktober|okt november|nov|nop desember|des
ms: januari|jan februari|feb mac april|apr mei jun julai|jul ogos|ogo september|sep oktober|okt november|nov disember|dis
ar: يناير|جانفي فبراير|فيفري مارس أبريل|ابريل|إبريل|أفريل مايو|ماي يونيو|يونيه|جوان يوليو|يوليه|جويلية أغسطس|اغسطس|أوت سبتمبر أكتوبر|اكتوبر نوفمبر ديسمبر
fa: ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
he: ינואר|בינואר פברואר|בפברואר מרץ|במרץ|מרס אפריל|באפריל מאי|במאי יוני|ביוני יולי|ביולי אוגוסט|באוגוסט ספטמבר|בספטמבר אוקטובר|באוקטובר נובמבר|בנובמבר דצמבר|בדצמבר
hi: जनवरी फरवरी|फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर नवंबर|नवम्बर दिसंबर|दिसम्बर
th: มกราคม|มค กุมภาพันธ์|กพ มีนาคม|มีค เมษายน|เมย พฤษภาคม|พค มิถุนายน|มิย กรกฎาคม|กค สิงหาคม|สค กันยายน|กย ตุลาคม|ตค พฤศจิกายน|พย ธันวาคม|ธค
`)

var weekdayNames = index(`
en: sunday|sun monday|mon tuesday|tue|tues wednesday|wed|weds thursday|thu|thur|thurs friday|fri saturday|sat
de: sonntag|so montag|mo dienstag|di mittwoch|mi donnerstag|do freitag|fr samstag|sa|sonnabend
fr: dimanche|dim lundi|lun mardi|mar mercredi|mer jeudi|jeu vendredi|ven samedi|sam
es: domingo|dom lunes|lun martes|mar miércoles|mié|mie jueves|jue viernes|vie sábado|sáb
it: domenica|dom lunedì|lun martedì|mar mercoledì|mer giovedì|gio venerdì|ven sabato|sab
pt: domingo|dom segunda|seg terça|ter quarta|qua quinta|qui sexta|sex sábado|sáb
ca: diumenge|dg dilluns|dl dimarts|dt dimecres|dc dijous|dj divendres|dv dissabte|ds
nl: zondag|zo maandag|ma dinsdag woensdag|wo donderdag vrijdag|vr|vrij zaterdag|za
da: søndag|søn mandag|man tirsdag|tir onsdag|ons torsdag|tor fredag|fre lørdag|lør
sv: söndag|sön måndag|mån tisdag|tis onsdag|ons torsdag|tors|tor fredag|fre lördag|lör
fi: sunnuntai|su maanantai|ma tiistai|ti keskiviikko|ke torstai|to perjantai|pe lauantai|la
pl: niedziela|niedz|nd poniedziałek|pon|pn wtorek|wt środa|śr czwartek|czw piątek|pt sobota|sob
cs: neděle|ne pondělí|po úterý|út středa|st čtvrtek|čt pátek|pá sobota|so
hu: vasárnap|vas hétfő kedd szerda|sze csütörtök|csüt péntek|pén szombat|szo
ro: duminică|dum luni|lun marți|marti|mar miercuri|mie joi vineri|vin sâmbătă|sâm
ru: воскресенье|вс понедельник|пн вторник|вт среда|ср четверг|чт пятница|пт суббота|сб
uk: неділя|нд понеділок|пн вівторок|вт середа|ср четвер|чт пятниця|пт субота|сб
el: κυριακή|κυρ δευτέρα|δευ τρίτη|τρι τετάρτη|τετ πέμπτη|πεμ παρασκευή|παρ σάββατο|σαβ
tr: pazar|paz pazartesi|pzt salı|sal çarşamba|çar perşembe|per cuma|cum cumartesi|cmt
id: minggu|min senin|sen selasa|sel rabu|rab kamis|kam jumat|jum sabtu|sab
`)
