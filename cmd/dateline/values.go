package main

import (
	"errors"
	"fmt"
	"time"
)

// syncMode is when the embedded server syncs its disk: 0 before every
// acknowledgement, else at that interval.
type syncMode time.Duration

// UnmarshalText reads always or an interval.
func (s *syncMode) UnmarshalText(text []byte) error {
	if string(text) == "always" {
		*s = 0
		return nil
	}
	d, err := time.ParseDuration(string(text))
	if err != nil || d < 100*time.Millisecond || d > 2*time.Minute {
		return errors.New("want always, or an interval from 100ms to 2m")
	}
	*s = syncMode(d)
	return nil
}

// String is the mode in words.
func (s syncMode) String() string {
	if s == 0 {
		return "before every acknowledgement"
	}
	return fmt.Sprintf("every %s; a power cut may lose that much", time.Duration(s))
}
