package page

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"logindoctor/checks"
)

// Limits of what a child may say.
const (
	maxLine = 8 << 20
	maxWalk = 64 << 20
)

// Beat is an event of no walk, by which a child says now and then that it and its browser still answer.
const Beat = "beat"

// Read hands over the events of a child's walks until its output ends, which is no error. Lines that are no JSON are
// passed over; another version, a line above 8 MB and a walk that says more than 64 MB are errors.
func Read(r io.Reader, emit func(walk int, e checks.Event)) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	said := map[int]int{}
	for lines.Scan() {
		walk, e, err := readEvent(lines.Bytes())
		if err != nil {
			continue
		}
		if e.V != checks.EventVersion {
			return &VersionError{e.V}
		}
		if said[walk] += len(lines.Bytes()); said[walk] > maxWalk {
			return fmt.Errorf("events above %d MB", maxWalk>>20)
		}
		if e.Kind == checks.EventTunnel {
			continue // only the parent knows these
		}
		emit(walk, e)
		if e.Kind == checks.EventEnd {
			delete(said, walk)
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("an event above %d MB", maxLine>>20)
	}
	return lines.Err()
}
