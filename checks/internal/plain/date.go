package plain

import (
	"errors"
	"net/http"
	"time"
)

// Offset returns how far this computer's clock is ahead of that of the server which gave an answer, by its Date header: from the
// middle of the second that the header names to the middle of the exchange. A stored answer (Age, RFC 9111 section 5.1) tells an
// old time and is an error.
func Offset(h http.Header, took time.Duration, now time.Time) (time.Duration, error) {
	if h.Get("Age") != "" {
		return 0, errors.New("the answer came out of a store")
	}
	said, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0, err
	}
	return now.Add(-took / 2).Sub(said.Add(time.Second / 2)), nil
}
