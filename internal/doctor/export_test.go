package doctor

import "time"

// Apart is what is found of clocks that are so far apart.
func Apart(by time.Duration) Finding {
	var e examination
	e.apart(by)
	return e.findings[0]
}

// Space is what is found of a disk; see examination.space.
func Space(free, all, room int64) Finding {
	var e examination
	e.space(free, all, room)
	return e.findings[0]
}

// WebClock is what is found of a feed's server that tells a time at another.
func WebClock(told, now time.Time) []Finding {
	var e examination
	e.webClock(told, now)
	return e.findings
}

// DiskSpace is diskSpace.
func DiskSpace(dir string) (free, all int64, err error) { return diskSpace(dir) }
