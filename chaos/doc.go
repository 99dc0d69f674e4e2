// Package chaos is a test from outside: it runs the pipeline as processes, on feeds
// that fail, kills, pauses and cuts off its processes at moments that a seed
// chooses, and then reads ENRICHED. What is lost, there twice, out of order or not
// what was written? See docs/reliability.md.
//
//	make chaos SEED=7 KILLS=200       one run, again and again the same acts
//	make chaos SEEDS=5 MODE=services  five runs, with the seeds 1 to 5
//	make chaos-bugs                   builds with bugs in them: each must be caught
//	make chaos-recovery               seconds until the flow is back after kills of NATS
//
// Other flags go into DATELINE_CHAOS: DATELINE_CHAOS=-h go test -v -run TestChaos ./chaos
package chaos
