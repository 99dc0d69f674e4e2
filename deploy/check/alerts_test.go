package check

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// situation is what an alert is tried on: series as promtool's tests have them, a minute between
// values, and the labels of what fires so many minutes after the first.
type situation struct {
	alert, what string
	series      []string
	after       int
	fires       []string
}

func situations() []situation {
	return append(situationsOfProcesses(), situationsOfWork()...)
}

// situationsOfProcesses are those of alerts on processes and their disks.
func situationsOfProcesses() []situation {
	const failed, good = `dateline_stage_verdicts_total{stage="poller",verdict="failed"} `, `dateline_stage_verdicts_total{stage="poller",verdict="new-items"} `
	return []situation{
		{"DatelineDown", "a process is away", []string{`up{job="dateline",instance="a"} 1 0x5`, `up{job="dateline",instance="b"} 1x6`}, 4, []string{`{instance="a", job="dateline"}`}},
		{"DatelineDown", "not for long", []string{`up{job="dateline",instance="a"} 1 0x5`}, 2, nil},
		{"DatelineDown", "it starts anew", []string{`up{job="dateline",instance="a"} 0 0 1 0 0`}, 4, nil},
		{"DatelineDown", "another program", []string{`up{job="node",instance="a"} 0x6`}, 4, nil},

		{"DatelineNotReady", "it cannot publish", []string{`dateline_ready{instance="a"} 0x6`, `dateline_ready{instance="b"} 1x6`}, 4, []string{`{instance="a"}`}},
		{"DatelineNotReady", "a server is elected", []string{`dateline_ready{instance="a"} 1 0 1 1 0 1`}, 4, nil},

		{"DatelineDiskFull", "a stream is nearly full", []string{`dateline_stream_bytes{stream="ITEMS",instance="a"} 95x20`, `dateline_stream_limit_bytes{stream="ITEMS",instance="a"} 100x20`}, 12, []string{`{stream="ITEMS"}`}},
		{"DatelineDiskFull", "two observers tell it", []string{`dateline_stream_bytes{stream="ITEMS",instance="a"} 95x20`, `dateline_stream_limit_bytes{stream="ITEMS",instance="a"} 100x20`, `dateline_stream_bytes{stream="ITEMS",instance="b"} 95x20`, `dateline_stream_limit_bytes{stream="ITEMS",instance="b"} 100x20`}, 12, []string{`{stream="ITEMS"}`}},
		{"DatelineDiskFull", "there is room", []string{`dateline_stream_bytes{stream="ITEMS"} 89x20`, `dateline_stream_limit_bytes{stream="ITEMS"} 100x20`}, 12, nil},
		{"DatelineDiskFull", "a stream without a limit", []string{`dateline_stream_bytes{stream="POLLS"} 95x20`, `dateline_stream_limit_bytes{stream="ITEMS"} 100x20`}, 12, nil},
		{"DatelineDiskFull", "the exporter tells it", []string{`jetstream_stream_total_bytes{stream_name="ITEMS",server_name="n1"} 95x20`, `jetstream_stream_limit_bytes{stream_name="ITEMS",server_name="n1"} 100x20`}, 12, []string{`{stream="ITEMS"}`}},
		{"DatelineDiskFull", "the exporter tells no limit", []string{`jetstream_stream_total_bytes{stream_name="POLLS",server_name="n1"} 95x20`, `jetstream_stream_limit_bytes{stream_name="POLLS",server_name="n1"} -1x20`}, 12, nil},

		{"DatelineFeedsFailing", "every second poll fails", []string{failed + `0+5x120`, good + `0+5x120`}, 90, []string{`{}`}},
		{"DatelineFeedsFailing", "it began just now", []string{failed + `0x80 1+9x20`, good + `0+5x120`}, 90, nil},
		{"DatelineFeedsFailing", "one in ten", []string{failed + `0+1x120`, good + `0+9x120`}, 90, nil},
		{"DatelineFeedsFailing", "none has failed yet", []string{good + `0+9x120`}, 90, nil},
		{"DatelineFeedsFailing", "nothing is polled", []string{failed + `7x120`, good + `9x120`}, 90, nil},

		{"DatelineFeedsSilent", "one more", []string{`dateline_stage_outcomes_total{stage="poller",outcome="feed-silent"} 0x10 1x20`}, 20, []string{`{}`}},
		{"DatelineFeedsSilent", "the first since the start", []string{`dateline_stage_outcomes_total{stage="poller",outcome="feed-silent"} _x10 1x20`}, 20, []string{`{}`}},
		{"DatelineFeedsSilent", "long ago", []string{`dateline_stage_outcomes_total{stage="poller",outcome="feed-silent"} 1x400`}, 399, nil},
		{"DatelineFeedsSilent", "other outcomes", []string{`dateline_stage_outcomes_total{stage="poller",outcome="items-published"} 0+1x20`}, 20, nil},
	}
}

// situationsOfWork are those of alerts on stages and what passes through them.
func situationsOfWork() []situation {
	lag := func(consumer, values string) string {
		return `dateline_consumer_pending{stream="ITEMS",consumer="` + consumer + `"} ` + values
	}
	delay := func(le, values string) string {
		return `dateline_article_delay_seconds_bucket{le="` + le + `"} ` + values
	}
	return []situation{
		{"DatelineConsumerLag", "more and more wait", []string{lag("normalizer", `0+100x60`)}, 50, []string{`{consumer="normalizer", stream="ITEMS"}`}},
		{"DatelineConsumerLag", "as many wait all the time", []string{lag("normalizer", `5000x60`)}, 50, []string{`{consumer="normalizer", stream="ITEMS"}`}},
		{"DatelineConsumerLag", "they get fewer", []string{lag("normalizer", `9000-100x60`)}, 50, nil},
		{"DatelineConsumerLag", "a few", []string{lag("normalizer", `900x60`)}, 50, nil},
		{"DatelineConsumerLag", "walks wait on purpose", []string{lag("walker", `5000x60`)}, 50, nil},

		{"DatelineDeadLetters", "one", []string{`dateline_stage_dead_total{stage="enricher"} 0x5 1x100`, `dateline_stage_dead_total{stage="poller"} 0x105`}, 10, []string{`{stage="enricher"}`}},
		{"DatelineDeadLetters", "two hours ago", []string{`dateline_stage_dead_total{stage="enricher"} 0x5 1x130`}, 120, nil},
		{"DatelineDeadLetters", "a worker starts anew", []string{`dateline_stage_dead_total{stage="enricher"} 0x5 0x30`}, 30, nil},

		{"DatelineLatency", "minutes", []string{delay("60", `0x60`), delay("300", `0+10x60`), delay("+Inf", `0+10x60`)}, 50, []string{`{}`}},
		{"DatelineLatency", "one in a hundred", []string{delay("1", `0+99x60`), delay("300", `0+100x60`), delay("+Inf", `0+100x60`)}, 50, nil},
		{"DatelineLatency", "no articles", []string{delay("60", `7x60`), delay("+Inf", `7x60`)}, 50, nil},

		{"DatelineStalled", "messages in hand, and none ends", []string{`dateline_stage_in_hand{stage="enricher"} 3x40`, `dateline_stage_settled_total{stage="enricher"} 7x40`}, 30, []string{`{stage="enricher"}`}},
		{"DatelineStalled", "some end", []string{`dateline_stage_in_hand{stage="enricher"} 3x40`, `dateline_stage_settled_total{stage="enricher"} 7+1x40`}, 30, nil},
		{"DatelineStalled", "nothing to do", []string{`dateline_stage_in_hand{stage="enricher"} 0x40`, `dateline_stage_settled_total{stage="enricher"} 7x40`}, 30, nil},
		{"DatelineStalled", "one message is slow", []string{`dateline_stage_in_hand{stage="enricher"} 0x25 1x15`, `dateline_stage_settled_total{stage="enricher"} 7x40`}, 30, nil},
	}
}

// Every alert fires when it should, and is quiet otherwise.
func TestAlerts(t *testing.T) {
	rules := alerts(t)
	loud, quiet := map[string]bool{}, map[string]bool{}
	for _, s := range situations() {
		loud[s.alert], quiet[s.alert] = loud[s.alert] || s.fires != nil, quiet[s.alert] || s.fires == nil
		t.Run(s.alert+"/"+s.what, func(t *testing.T) {
			rule, ok := rules[s.alert]
			if !ok {
				t.Fatal("there is no such alert")
			}
			p := openPrometheus(t)
			p.load(t, s.series)
			if got := p.firing(t, rule, time.Duration(s.after)*step); !slices.Equal(got, s.fires) {
				t.Errorf("got %q, want %q", got, s.fires)
			}
		})
	}
	for name := range rules {
		if !loud[name] || !quiet[name] {
			t.Errorf("%s is not tried both ways", name)
		}
	}
}

// An alert that has fired ends when its cause does, without a word from anybody.
func TestAlertsEnd(t *testing.T) {
	rules := alerts(t)
	for name, series := range map[string]string{
		"DatelineDown":     `up{job="dateline",instance="a"} 0x9 1x20`,
		"DatelineNotReady": `dateline_ready{instance="a"} 0x9 1x20`,
		"DatelineStalled":  `dateline_stage_in_hand{stage="a"} 1x29 0x20;dateline_stage_settled_total{stage="a"} 0x29 1x20`,
		"DatelineDiskFull": `dateline_stream_bytes{stream="A"} 95x29 5x20;dateline_stream_limit_bytes{stream="A"} 100x49`,
	} {
		p := openPrometheus(t)
		p.load(t, strings.Split(series, ";"))
		var fired []int
		for minute := range 50 {
			if len(p.firing(t, rules[name], time.Duration(minute)*step)) > 0 {
				fired = append(fired, minute)
			}
		}
		if len(fired) == 0 || fired[len(fired)-1] > 29 || fired[0] < int(time.Duration(rules[name].For)/step) {
			t.Errorf("%s fires at %v", name, fired)
		}
	}
}
