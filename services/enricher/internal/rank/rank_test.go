package rank_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/enricher/internal/rank"
	"github.com/dateline-news/dateline/services/enricher/kb"
)

func at(kind kb.Kind, name, country, admin string, lat, lon, prior float64) kb.Candidate {
	return kb.Candidate{Entity: kb.Entity{Kind: kind, Name: name, Country: country, Admin: admin, Lat: lat, Lon: lon, Prior: prior}}
}

// Zork is a name of a large city and of two small ones.
func zork() rank.Place {
	return rank.Place{Mentions: 1, Candidates: []kb.Candidate{
		at(kb.City, "large", "PE", "15", -12, -77, 500_000),
		at(kb.City, "small", "US", "TX", 33, -95, 20_000),
		at(kb.City, "other", "US", "KY", 38, -84, 10_000),
	}}
}

func texas() kb.Candidate  { return at(kb.Region, "Texas", "US", "TX", 31, -99, 500_000) }
func states() kb.Candidate { return at(kb.Country, "US", "US", "", 40, -98, 20_000_000) }
func dallas() kb.Candidate { return at(kb.City, "Dallas", "US", "TX", 32.8, -96.8, 1_300_000) }
func louisville() kb.Candidate {
	return at(kb.City, "Louisville", "US", "KY", 38.2, -85.7, 600_000)
}

func named(mentions int, candidates ...kb.Candidate) rank.Place {
	return rank.Place{Mentions: mentions, Candidates: candidates}
}

func TestRank(t *testing.T) {
	within := func(where kb.Candidate) rank.Place {
		p := zork()
		p.Within = []kb.Entity{where.Entity}
		return p
	}
	loose := named(3, texas())
	loose.Loose = true
	for name, test := range map[string]struct {
		places  []rank.Place
		country string
		want    string
	}{
		"alone":                  {[]rank.Place{zork()}, "", "large"},
		"division said":          {[]rank.Place{within(texas())}, "", "small"},
		"country said":           {[]rank.Place{within(states())}, "", "small"},
		"other said":             {[]rank.Place{within(at(kb.Country, "KE", "KE", "", 0, 0, 0))}, "", "large"},
		"division named":         {[]rank.Place{zork(), named(1, texas())}, "", "small"},
		"country named":          {[]rank.Place{zork(), named(3, states())}, "", "small"},
		"place near":             {[]rank.Place{zork(), named(1, dallas())}, "", "small"},
		"place near the third":   {[]rank.Place{zork(), named(1, louisville())}, "", "other"},
		"near before":            {[]rank.Place{named(1, dallas()), zork()}, "", "small"},
		"loose tells nothing":    {[]rank.Place{zork(), loose}, "", "large"},
		"publisher":              {[]rank.Place{zork()}, "US", "large"},
		"said before near":       {[]rank.Place{within(texas()), named(9, louisville())}, "", "small"},
		"each helps the other":   {[]rank.Place{zork(), named(1, at(kb.City, "far", "KE", "1", 1, 37, 300_000), dallas())}, "", "small"},
		"without candidates":     {[]rank.Place{zork(), {Mentions: 3}}, "", "large"},
		"place without a centre": {[]rank.Place{zork(), named(1, at(kb.Region, "Asia", "", "", math.NaN(), math.NaN(), 1))}, "", "large"},
	} {
		t.Run(name, func(t *testing.T) {
			rank.Rank(test.places, test.country)
			for i := range test.places {
				if p := &test.places[i]; len(p.Candidates) == 3 && p.Candidates[0].Name != test.want {
					t.Errorf("got %s with %.2f, want %s", p.Candidates[0].Name, p.Belief(), test.want)
				} else if b := p.Belief(); len(p.Candidates) > 0 && (b <= 0 || b > 1.000001) || len(p.Candidates) == 0 && b != 0 {
					t.Errorf("belief is %f", b)
				}
			}
		})
	}
}

func TestPublisherBreaksATie(t *testing.T) {
	for country, want := range map[string]string{"": "a", "KE": "b", "PE": "a"} {
		places := []rank.Place{named(1, at(kb.City, "a", "PE", "", 0, 0, 1000), at(kb.City, "b", "KE", "", 50, 50, 900))}
		if rank.Rank(places, country); places[0].Candidates[0].Name != want {
			t.Errorf("%s: got %s, want %s", country, places[0].Candidates[0].Name, want)
		}
	}
}

// Many candidates are cut, and many places take no longer than some.
func TestBounds(t *testing.T) {
	var all []kb.Candidate
	for i := range kb.MaxPosts {
		all = append(all, at(kb.City, fmt.Sprint(i), "US", fmt.Sprint(i), float64(i), float64(i), float64(1000*i)))
	}
	var places []rank.Place
	for range 2000 {
		places = append(places, named(1, all...))
	}
	begun := time.Now()
	rank.Rank(places, "")
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
	for i := range places {
		if len(places[i].Candidates) != 12 || places[i].Candidates[0].Name != "63" {
			t.Fatalf("place %d: %d candidates, first %s", i, len(places[i].Candidates), places[i].Candidates[0].Name)
		}
	}
	if len(all) != kb.MaxPosts || all[0].Name != "0" {
		t.Error("the candidates of the caller are changed")
	}
}

func TestDistance(t *testing.T) {
	for name, test := range map[string]struct{ lat1, lon1, lat2, lon2, want float64 }{
		"same":         {10, 20, 10, 20, 0},
		"one degree":   {0, 0, 1, 0, 111.2},
		"half around":  {0, 0, 0, 180, 20015},
		"poles":        {90, 0, -90, 0, 20015},
		"paris london": {48.8566, 2.3522, 51.5074, -0.1278, 344},
		"date line":    {0, 179.5, 0, -179.5, 111.2},
		"unknown":      {math.NaN(), 0, 0, 0, math.Inf(1)},
	} {
		t.Run(name, func(t *testing.T) {
			got := rank.Distance(test.lat1, test.lon1, test.lat2, test.lon2)
			if got != test.want && math.Abs(got-test.want) > 1 {
				t.Errorf("got %.1f, want %.1f", got, test.want)
			}
			if back := rank.Distance(test.lat2, test.lon2, test.lat1, test.lon1); back != got && math.Abs(back-got) > 1e-6 {
				t.Errorf("and back %.1f", back)
			}
		})
	}
}
