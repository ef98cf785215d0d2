package world

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	weekdays = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
	months   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
)

// between includes both ends and runs over the end of the week, day or year when the first is the later.
func between(first, x, last int) bool {
	if first <= last {
		return first <= x && x <= last
	}
	return x >= first || x <= last
}

// weekdayRange takes one or two days, "MON", "FRI".
func weekdayRange(now time.Time, args []string) bool {
	if len(args) == 0 || len(args) > 2 {
		return false
	}
	first := slices.Index(weekdays, strings.ToUpper(args[0]))
	last := slices.Index(weekdays, strings.ToUpper(args[len(args)-1]))
	return first >= 0 && last >= 0 && between(first, int(now.Weekday()), last)
}

// timeRange takes an hour, two hours, or two times with minutes or with minutes and seconds.
func timeRange(now time.Time, args []string) bool {
	var n []int
	for _, a := range args {
		v, err := strconv.Atoi(a)
		if err != nil {
			return false
		}
		n = append(n, v)
	}
	second := (now.Hour()*60+now.Minute())*60 + now.Second()
	switch len(n) {
	case 1:
		return now.Hour() == n[0]
	case 2:
		return between(n[0], now.Hour(), n[1])
	case 4:
		return between((n[0]*60+n[1])*60, second, (n[2]*60+n[3])*60+59)
	case 6:
		return between((n[0]*60+n[1])*60+n[2], second, (n[3]*60+n[4])*60+n[5])
	}
	return false
}

// dateRange takes a day, a month, a year or two of any combination of them.
func dateRange(now time.Time, args []string) bool {
	if len(args) == 0 || len(args) > 1 && len(args)%2 != 0 || len(args) > 6 {
		return false
	}
	first, last := args[:(len(args)+1)/2], args[len(args)/2:]
	from, today, ok := dateKey(now, first)
	to, _, alsoOK := dateKey(now, last)
	return ok && alsoOK && between(from, today, to)
}

// dateKey makes one number out of the parts that are given, and one out of the same parts of now.
func dateKey(now time.Time, parts []string) (key, today int, ok bool) {
	for _, part := range parts {
		if month := slices.Index(months, strings.ToUpper(part)); month >= 0 {
			key += (month + 1) * 100
			today += int(now.Month()) * 100
			continue
		}
		n, err := strconv.Atoi(part)
		switch {
		case err != nil || n < 1:
			return 0, 0, false
		case n <= 31:
			key += n
			today += now.Day()
		default:
			key += n * 10000
			today += now.Year() * 10000
		}
	}
	return key, today, true
}
