package fetchertest

import (
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
	"time"
)

// Item is an article as a feed shows it. What is empty is left out.
type Item struct {
	GUID, Link, Title, Summary, Author string
	// Paragraphs are the full text.
	Paragraphs []string
	Published  time.Time
	// Deleted, if not zero, says that the publisher has taken the item back: an Atom
	// feed has a tombstone for it then (RFC 6721), other feeds nothing.
	Deleted time.Time
	// Token is a word that occurs in the title and in the text of this item
	// and in no other.
	Token string
}

// HTML is the full text as feeds carry it.
func (i Item) HTML() string {
	var b strings.Builder
	for _, p := range i.Paragraphs {
		b.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
	}
	return b.String()
}

// Spec says which items to make.
type Spec struct {
	// Seed decides everything that is left to chance. Items of different seeds
	// share nothing.
	Seed uint64
	// Count is how many items.
	Count int
	// Words is about how long their texts are, 800 when 0.
	Words int
	// Base is what their links start with, https://news.example when empty.
	Base string
	// Newest is the date of the first item, noon of 1 March 2026 when zero.
	// Each next one is seven minutes older.
	Newest time.Time
}

// Generate makes items, newest first. Item n is the same whatever Count is.
func Generate(s Spec) []Item {
	if s.Words == 0 {
		s.Words = 800
	}
	if s.Base == "" {
		s.Base = "https://news.example"
	}
	if s.Newest.IsZero() {
		s.Newest = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	}
	items := make([]Item, s.Count)
	for n := range items {
		items[n] = s.item(n)
	}
	return items
}

func (s Spec) item(n int) Item {
	w := newWriter(s.Seed, uint64(n))
	token := fmt.Sprintf("token%xn%d", s.Seed, n)
	published := s.Newest.Add(-time.Duration(n) * 7 * time.Minute)
	item := Item{
		GUID:      "urn:sample:" + token,
		Link:      fmt.Sprintf("%s/%s/%s", s.Base, published.Format("2006/01/02"), token),
		Title:     capital(w.words(6)) + " " + token,
		Summary:   w.sentence(),
		Author:    w.pick(w.people),
		Published: published,
		Token:     token,
	}
	item.Paragraphs = append(item.Paragraphs, fmt.Sprintf("%s: %s The reference is %s.", w.pick(w.places), w.sentence(), token))
	for words := len(strings.Fields(item.Paragraphs[0])); words < s.Words; {
		p := w.paragraph()
		words += len(strings.Fields(p))
		item.Paragraphs = append(item.Paragraphs, p)
	}
	return item
}

// writer writes one article by chance. An article is about a few people and
// places, and comes back to them.
type writer struct {
	*rand.Rand
	people, places []string
}

// The people and places of one article: ten, as news has them.
const (
	castPeople = 6
	castPlaces = 4
)

func newWriter(seed, n uint64) writer {
	w := writer{Rand: rand.New(rand.NewPCG(seed, n))}
	for range castPeople {
		w.people = append(w.people, w.pick(words.firstNames)+" "+w.pick(words.lastNames))
	}
	for range castPlaces {
		w.places = append(w.places, w.pick(words.places))
	}
	return w
}

func (w writer) pick(list []string) string { return list[w.IntN(len(list))] }

// words writes n words.
func (w writer) words(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = w.pick(words.common)
	}
	return strings.Join(list, " ")
}

// sentence writes a sentence; every fourth one has somebody say it.
func (w writer) sentence() string {
	text := w.words(7 + w.IntN(12))
	if w.IntN(4) == 0 {
		return fmt.Sprintf("“%s,” said %s of %s.", capital(text), w.pick(w.people), w.pick(w.places))
	}
	return capital(text) + "."
}

func (w writer) paragraph() string {
	sentences := make([]string, 2+w.IntN(3))
	for i := range sentences {
		sentences[i] = w.sentence()
	}
	return strings.Join(sentences, " ")
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// words are what texts are made of.
var words = struct{ common, firstNames, lastNames, places []string }{
	common: strings.Fields(`
	a about above across after again against all almost along already also among an and answer any are area around as
	ask at away back bad bank be bear because been before begin behind better between big board boat both bridge bring
	budget build but by call can carry case centre certain change city claim clear close coast come common company
	cost could council country court crop cut day deal decide delay demand doubt down draft drive early east economy
	effort election end energy enough evening even expect fall farm few field figure final find first fish follow for
	force forest form from full game gas get give go good grain group grow had half hand harbour has have he health
	hear heavy help her high his hold home hope hospital hour house how if in increase industry into is it its job
	join keep know labour lake land large last late law lead leave less let level life like line little local long
	look loss low main make man many market may meet mill minister month more morning most move much must near need
	new next night no north not now number of off offer office oil old on once one only open or order other our out
	over own park part pay peace people place plan play point police port power price project public put rail rain
	raise rate reach read record report rest result rice rise river road rule run safe sail sale say school sea season
	second see seek sell send set several ship short show side sight since site slow small snow so some soon south
	spend spring staff stand start state station stay steel still stone stop storm street strike strong such summer
	supply take talk tax team term test than that the their then there they this though through time to today together
	too town trade train travel treaty turn under union until up use valley very village vote wage wait wall want war
	water way weather week well west what when where which while who will win wind winter with within word work world
	would year yet young`),
	firstNames: strings.Fields(`
	Anna Tomas Maria James Wei Fatima Peter Ines Samuel Yuki Clara Ivan Laura Ahmed Sofia David Elena Marco Nina Paul
	Olga Daniel Amina Jan`),
	lastNames: strings.Fields(`
	Berg Novak Lopez Carter Zhang Haddad Lindqvist Duarte Okoro Tanaka Moreau Petrov Keller Rossi Silva Murphy Larsen
	Kowalski Mensah Nguyen Horvat Bianchi Fischer Dubois Santos Virtanen Popescu Hughes Castro Yilmaz`),
	places: strings.Fields(`
	Lisbon Nairobi Oslo Montreal Osaka Vienna Lima Cardiff Riga Hanoi Accra Boston Madrid Cairo Warsaw Toronto Seoul
	Prague Bogota Glasgow Vilnius Jakarta Lagos Chicago Athens Tunis Helsinki Denver Mumbai Zurich Quito Belfast`),
}
