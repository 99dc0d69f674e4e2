package main

import (
	"context"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/services/fetcher"
)

// hostsCommand is the commands on the hosts that are asked.
type hostsCommand struct {
	Ls    hostsLs    `cmd:"" help:"List the hosts that are left alone, and until when."`
	Clear hostsClear `cmd:"" help:"Ask hosts again that are left alone."`
}

// hostsLs lists hosts.
type hostsLs struct {
	client
	output
	All bool `help:"All hosts that are remembered."`
}

// Run is called by kong.
func (c *hostsLs) Run(ctx context.Context, t terminal) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	all, err := fetcher.Hosts(ctx, b)
	if err != nil {
		return err
	}
	var shown []fetcher.Host
	for _, h := range all {
		if c.All || h.Cooled() {
			shown = append(shown, h)
		}
	}
	if !c.json() {
		return printHosts(t, shown, time.Now())
	}
	for _, h := range shown {
		if err := printJSON(t.Out, h); err != nil {
			return err
		}
	}
	return nil
}

func printHosts(t terminal, hosts []fetcher.Host, now time.Time) error {
	if len(hosts) == 0 {
		fmt.Fprintln(t.Err, "no host is left alone")
		return nil
	}
	rows := newTable(t.Out)
	rows.row("HOST", "LEFT ALONE", "CRAWL-DELAY", "WHY")
	for _, h := range hosts {
		left, delay := "-", "-"
		if h.Cooled() {
			left = "for " + max(h.CoolUntil.Sub(now), time.Second).Round(time.Second).String()
		}
		if h.CrawlDelay > 0 {
			delay = (time.Duration(h.CrawlDelay * float64(time.Second))).String()
		}
		rows.row(h.Name, left, delay, h.Reason)
	}
	return rows.flush()
}

// hostsClear ends cool-downs.
type hostsClear struct {
	client
	Hosts []string `arg:"" name:"host" help:"Host, as in hosts ls, or an address of it."`
}

// Run is called by kong.
func (c *hostsClear) Run(ctx context.Context, t terminal) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	for _, host := range c.Hosts {
		if err := fetcher.ClearHost(ctx, b, host); err != nil {
			return err
		}
	}
	fmt.Fprintln(t.Err, "their feeds are asked when they are due; at once by: dateline feeds refresh")
	return nil
}
