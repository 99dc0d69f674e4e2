package page_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/page"
)

// report is an article in some language, and what stands on its page beside it.
type report struct {
	language string
	headline string
	lines    []string
	beside   []string // HTML
}

func reports() []report {
	return []report{
		{"de", "Mühle am Bach mahlt wieder", []string{
			"Die alte Mühle am Bach mahlt seit Montag wieder Korn, nachdem zwei Brüder das Rad in drei Jahren Arbeit erneuert haben.",
			"„Das Holz kommt aus dem Wald nebenan“, sagte der ältere der beiden, der sonst Stühle baut und wenig redet.",
			"Am Sonntag ist die Mühle für alle offen. Wer Korn mitbringt, bekommt das Mehl gleich mit nach Hause.",
		}, []string{`<p>Mehr zum Thema: <a href="/a">Der Bach führt wenig Wasser</a></p>`, `<p>Anzeige</p>`, `<p>Foto: Kim Muster</p>`, `<p>Lesen Sie auch: <a href="/b">Brot aus dem Ofen</a></p>`}},
		{"fr", "Le moulin tourne à nouveau", []string{
			"Le vieux moulin du ruisseau tourne à nouveau depuis lundi, après trois ans de travaux menés par deux frères du village.",
			"« Le bois vient de la forêt voisine », a dit l’aîné, qui fabrique d’ordinaire des chaises et parle peu.",
			"Le moulin sera ouvert à tous dimanche. Ceux qui apportent du grain repartiront avec la farine.",
		}, []string{`<p>Lire aussi : <a href="/a">Le ruisseau manque d’eau</a></p>`, `<p>Publicité</p>`}},
		{"es", "El molino vuelve a girar", []string{
			"El viejo molino del arroyo vuelve a girar desde el lunes, después de tres años de trabajo de dos hermanos del pueblo.",
			"«La madera viene del bosque de al lado», dijo el mayor, que suele hacer sillas y habla poco.",
			"El domingo el molino estará abierto para todos. Quien lleve grano volverá a casa con la harina.",
		}, []string{`<p>Lee también: <a href="/a">El arroyo lleva poca agua</a></p>`, `<p>Publicidad</p>`}},
		{"pt", "Moinho volta a girar", []string{
			"O velho moinho do ribeiro voltou a girar na segunda-feira, depois de três anos de trabalho de dois irmãos da aldeia.",
			"“A madeira vem da floresta ao lado”, disse o mais velho, que costuma fazer cadeiras e fala pouco.",
			"No domingo o moinho estará aberto a todos. Quem levar grão volta para casa com a farinha.",
		}, []string{`<p>Leia também: <a href="/a">O ribeiro leva pouca água</a></p>`, `<p>Publicidade</p>`}},
		{"it", "Il mulino gira di nuovo", []string{
			"Il vecchio mulino sul ruscello gira di nuovo da lunedì, dopo tre anni di lavoro di due fratelli del paese.",
			"«Il legno viene dal bosco qui accanto», ha detto il maggiore, che di solito fa sedie e parla poco.",
			"Domenica il mulino sarà aperto a tutti. Chi porta il grano torna a casa con la farina.",
		}, []string{`<p>Leggi anche: <a href="/a">Il ruscello ha poca acqua</a></p>`}},
		{"nl", "Molen draait weer", []string{
			"De oude molen aan de beek draait sinds maandag weer, nadat twee broers drie jaar aan het rad hebben gewerkt.",
			"‘Het hout komt uit het bos hiernaast’, zei de oudste, die anders stoelen maakt en weinig praat.",
			"Zondag is de molen voor iedereen open. Wie graan meebrengt, gaat met het meel naar huis.",
		}, []string{`<p>Lees ook: <a href="/a">De beek heeft weinig water</a></p>`, `<p>Advertentie</p>`}},
		{"sv", "Kvarnen maler igen", []string{
			"Den gamla kvarnen vid bäcken maler igen sedan i måndags, efter att två bröder har arbetat med hjulet i tre år.",
			"”Virket kommer från skogen intill”, sade den äldste, som annars gör stolar och talar lite.",
			"På söndag är kvarnen öppen för alla. Den som har med sig säd får mjölet med sig hem.",
		}, []string{`<p>Läs också: <a href="/a">Bäcken har lite vatten</a></p>`, `<p>Annons</p>`}},
		{"pl", "Młyn znowu miele", []string{
			"Stary młyn nad strumieniem znowu miele od poniedziałku, po trzech latach pracy dwóch braci ze wsi.",
			"„Drewno pochodzi z lasu obok” – powiedział starszy z nich, który zwykle robi krzesła i mało mówi.",
			"W niedzielę młyn będzie otwarty dla wszystkich. Kto przyniesie ziarno, wróci do domu z mąką.",
		}, []string{`<p>Czytaj także: <a href="/a">W strumieniu mało wody</a></p>`, `<p>Reklama</p>`}},
		{"ru", "Мельница снова мелет", []string{
			"Старая мельница у ручья снова мелет зерно с понедельника: два брата три года меняли её колесо.",
			"«Дерево мы взяли в соседнем лесу», — сказал старший, который обычно делает стулья и мало говорит.",
			"В воскресенье мельница открыта для всех. Кто принесёт зерно, унесёт домой муку.",
		}, []string{`<p>Читайте также: <a href="/a">В ручье мало воды</a></p>`, `<p>Реклама</p>`}},
		{"el", "Ο μύλος αλέθει ξανά", []string{
			"Ο παλιός μύλος στο ρέμα αλέθει ξανά από τη Δευτέρα, έπειτα από τρία χρόνια δουλειάς δύο αδελφών του χωριού.",
			"«Το ξύλο είναι από το διπλανό δάσος», είπε ο μεγαλύτερος, που συνήθως φτιάχνει καρέκλες και μιλά λίγο.",
			"Την Κυριακή ο μύλος θα είναι ανοιχτός για όλους. Όποιος φέρει σιτάρι θα γυρίσει σπίτι με αλεύρι.",
		}, []string{`<p>Διαβάστε επίσης: <a href="/a">Λίγο νερό στο ρέμα</a></p>`}},
		{"tr", "Değirmen yeniden dönüyor", []string{
			"Dere kenarındaki eski değirmen, iki kardeşin üç yıl süren çalışmasının ardından pazartesiden beri yeniden dönüyor.",
			"“Ağaç yandaki ormandan geliyor” dedi genellikle sandalye yapan ve az konuşan büyük kardeş.",
			"Değirmen pazar günü herkese açık olacak. Buğday getiren eve unla dönecek.",
		}, nil},
		{"ar", "الطاحونة تدور من جديد", []string{
			"عادت الطاحونة القديمة على الجدول إلى الدوران منذ يوم الاثنين بعد ثلاث سنوات من عمل أخوين من القرية.",
			"قال الأخ الأكبر الذي يصنع الكراسي عادة ولا يتكلم كثيرا إن الخشب جاء من الغابة المجاورة.",
			"ستفتح الطاحونة أبوابها للجميع يوم الأحد. ومن يحمل القمح معه يعود إلى بيته بالدقيق.",
		}, []string{`<p>اقرأ أيضا: <a href="/a">الماء قليل في الجدول</a></p>`}},
		{"fa", "آسیاب دوباره می\u200cچرخد", []string{
			"آسیاب کهنهٔ کنار جوی از روز دوشنبه دوباره می\u200cچرخد، پس از آن\u200cکه دو برادر سه سال روی چرخ آن کار کردند.",
			"برادر بزرگ\u200cتر که معمولا صندلی می\u200cسازد و کم حرف می\u200cزند گفت چوب از جنگل کناری آمده است.",
			"آسیاب روز یکشنبه به روی همه باز است. هر کس گندم بیاورد با آرد به خانه برمی\u200cگردد.",
		}, nil},
		{"he", "הטחנה שוב טוחנת", []string{
			"הטחנה הישנה שליד הנחל שוב טוחנת מאז יום שני, אחרי ששני אחים עבדו על הגלגל שלוש שנים.",
			"״העץ בא מהיער הסמוך״, אמר המבוגר מהשניים, שבדרך כלל בונה כיסאות ומדבר מעט.",
			"ביום ראשון הטחנה תהיה פתוחה לכולם. מי שיביא חיטה יחזור הביתה עם קמח.",
		}, []string{`<p>קראו גם: <a href="/a">מעט מים בנחל</a></p>`}},
		{"hi", "पनचक्की फिर चली", []string{
			"नाले के किनारे की पुरानी पनचक्की सोमवार से फिर चल रही है, दो भाइयों ने तीन साल तक उसके पहिए पर काम किया।",
			"बड़े भाई ने कहा कि लकड़ी पास के जंगल से आई है, वह आम तौर पर कुर्सियाँ बनाता है और कम बोलता है।",
			"रविवार को पनचक्की सबके लिए खुली रहेगी। जो अनाज लाएगा वह आटा लेकर घर जाएगा।",
		}, []string{`<p>यह भी पढ़ें: <a href="/a">नाले में पानी कम</a></p>`}},
		{"ja", "水車がまた回る", []string{
			"小川のほとりの古い水車が月曜日から再び回り始めた。村の兄弟二人が三年をかけて輪を作り直したもので、粉もひける。",
			"「木は隣の森のものです」と、普段は椅子を作っている無口な兄は話した。弟は隣でうなずいていた。",
			"日曜日には誰でも水車小屋に入れる。麦を持って行けば、ひいた粉を家に持ち帰ることができる。",
		}, []string{`<p>関連記事：<a href="/a">小川の水が少ない</a></p>`}},
		{"zh", "水磨又转动了", []string{
			"小溪边的老水磨从星期一起又转动起来，村里的两兄弟用了三年时间把水轮重新做好，现在又可以磨面了。",
			"“木头来自旁边的树林，”平时做椅子、话不多的哥哥说。弟弟站在旁边点了点头，没有多说什么。",
			"星期天水磨对所有人开放。带粮食来的人可以把磨好的面带回家，村里人说他们已经等了很久。",
		}, []string{`<p>相关阅读：<a href="/a">小溪水少</a></p>`}},
		{"ko", "물레방아가 다시 돈다", []string{
			"개울가의 오래된 물레방아가 월요일부터 다시 돌고 있다. 마을의 두 형제가 삼 년 동안 바퀴를 새로 만들었다.",
			"평소에 의자를 만들고 말이 적은 형은 나무가 바로 옆 숲에서 왔다고 말했다.",
			"일요일에는 누구나 물레방아를 볼 수 있다. 곡식을 가져오는 사람은 가루를 집에 가져간다.",
		}, []string{`<p>관련 기사: <a href="/a">개울에 물이 적다</a></p>`}},
		{"vi", "Cối xay lại quay", []string{
			"Chiếc cối xay cũ bên suối đã quay trở lại từ thứ Hai, sau ba năm hai anh em trong làng làm lại bánh xe.",
			"“Gỗ lấy từ khu rừng bên cạnh”, người anh nói, ông thường đóng ghế và ít khi trò chuyện.",
			"Chủ nhật cối xay mở cửa cho mọi người. Ai mang lúa đến sẽ mang bột về nhà.",
		}, nil},
		{"id", "Kincir kembali berputar", []string{
			"Kincir tua di tepi kali kembali berputar sejak Senin, setelah dua bersaudara bekerja tiga tahun memperbaiki rodanya.",
			"“Kayunya dari hutan di sebelah,” kata sang kakak, yang biasanya membuat kursi dan jarang bicara.",
			"Pada hari Minggu kincir dibuka untuk semua. Siapa yang membawa gandum akan pulang membawa tepung.",
		}, []string{`<p>Baca juga: <a href="/a">Air kali sedikit</a></p>`}},
	}
}

// sourceOf is the page of a report, with what stands beside it between its
// paragraphs.
func (r report) source(beside bool) string {
	var body strings.Builder
	for i, line := range r.lines {
		body.WriteString("<p>" + line + "</p>\n")
		if beside && i == 0 {
			body.WriteString(strings.Join(r.beside, "\n"))
		}
	}
	return `<!doctype html><html lang="` + r.language + `"><head><title>` + r.headline + `</title></head><body><div><h1>` + r.headline + `</h1>` + body.String() + `</div></body></html>`
}

func TestLanguages(t *testing.T) {
	for _, r := range reports() {
		t.Run(r.language, func(t *testing.T) {
			p := read(t, r.source(true), page.Hint{Headline: r.headline})
			if diff := cmp.Diff(r.lines, p.Lines()); diff != "" {
				t.Errorf("%s\nrules %q", diff, p.Rules)
			}
			if p.Language != r.language || p.Headline != r.headline {
				t.Errorf("language %q, headline %q", p.Language, p.Headline)
			}
		})
	}
}

// TestLanguagesAboveTheirStandfirst takes the first line as standfirst where the
// page describes itself with it, in any language.
func TestLanguagesAboveTheirStandfirst(t *testing.T) {
	for _, r := range reports() {
		t.Run(r.language, func(t *testing.T) {
			source := strings.Replace(r.source(false), "</head>", `<meta name="description" content="`+r.lines[0]+`"></head>`, 1)
			p := read(t, source, page.Hint{})
			if p.Standfirst != r.lines[0] || !slices.Equal(p.Lines(), r.lines) {
				t.Errorf("standfirst %q, lines %q", p.Standfirst, p.Lines())
			}
		})
	}
}

// TestLanguagesOfTwoArticles takes the text that the data gives as that of the
// article where two of them stand on a page.
func TestLanguagesOfTwoArticles(t *testing.T) {
	for _, r := range reports() {
		t.Run(r.language, func(t *testing.T) {
			text := strings.Join(r.lines, " ")
			data := `<script type="application/ld+json">{"@type":"NewsArticle","headline":"` + r.headline + `","articleBody":"` + text + `"}</script>`
			source := strings.Replace(r.source(false), "</head>", data+"</head>", 1)
			if len(text) < 400 {
				t.Skip("too short to tell by")
			}
			source = strings.Replace(source, "</body>", "<div><h2>Market hall gets a roof</h2>"+paragraphs("<p>", "</p>", market()...)+"</div></body>", 1)
			p := read(t, source, page.Hint{})
			if diff := cmp.Diff(r.lines, p.Lines()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
