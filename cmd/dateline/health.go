package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// healthCommand asks a service whether it is ready, for health checks of
// containers that hold nothing but these programs.
type healthCommand struct {
	URL string `arg:"" optional:"" help:"Address of the service's HTTP server." default:"http://127.0.0.1:8080"`
}

// Run is called by kong.
func (c *healthCommand) Run(ctx context.Context, t terminal) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(c.URL, "/")+"/readyz", nil)
	if err != nil {
		return boot.ConfigError(errors.New("health: want an address such as http://127.0.0.1:8080"))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("health: %s: %w", req.URL.Host, boot.Cause(err))
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", req.URL.Host, render.Safe(string(said)))
	}
	_, err = fmt.Fprintln(t.Out, render.Safe(string(said)))
	return err
}
