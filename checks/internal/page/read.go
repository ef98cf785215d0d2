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
	maxLine  = 8 << 20
	maxTotal = 64 << 20
)

// Read hands over the events of a child until the event "end", which is the last one handed over. Lines that are no
// JSON are passed over; another version, a line above 8 MB and a log above 64 MB are errors. So is a log without an end.
func Read(r io.Reader, emit func(checks.Event)) error {
	limited := &io.LimitedReader{R: r, N: maxTotal}
	lines := bufio.NewScanner(limited)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	for lines.Scan() {
		e, err := readEvent(lines.Bytes())
		if err != nil {
			continue
		}
		if e.V != checks.EventVersion {
			return &VersionError{e.V}
		}
		if e.Kind == checks.EventTunnel {
			continue // only the parent knows these
		}
		emit(e)
		if e.Kind == checks.EventEnd {
			return nil
		}
	}
	switch {
	case errors.Is(lines.Err(), bufio.ErrTooLong):
		return fmt.Errorf("an event above %d MB", maxLine>>20)
	case lines.Err() != nil:
		return lines.Err()
	case limited.N <= 0:
		return fmt.Errorf("events above %d MB", maxTotal>>20)
	}
	return io.ErrUnexpectedEOF
}
