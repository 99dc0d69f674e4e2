package embedded

import (
	"fmt"

	"go.uber.org/zap"
)

// logger passes the server's warnings and errors on. Its notices are of no use
// to someone who has not set the server up.
type logger struct {
	log   *zap.Logger
	fatal chan<- string
}

func (l *logger) Noticef(string, ...any) {}
func (l *logger) Debugf(string, ...any)  {}
func (l *logger) Tracef(string, ...any)  {}

func (l *logger) Warnf(format string, v ...any) {
	l.log.Warn("embedded NATS", zap.String("message", fmt.Sprintf(format, v...)))
}

func (l *logger) Errorf(format string, v ...any) {
	l.log.Error("embedded NATS", zap.String("message", fmt.Sprintf(format, v...)))
}

// Fatalf is how the server says that it cannot start.
func (l *logger) Fatalf(format string, v ...any) {
	select {
	case l.fatal <- fmt.Sprintf(format, v...):
	default:
	}
}
