package app_test

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

func TestMain(m *testing.M) { bustest.Main(m) }
