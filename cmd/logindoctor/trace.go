package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/report"
)

// tracer writes a line for what a browser does and meets on each walk: steps, pages, messages of single sign-on, cookies
// that it refuses, trouble. What is typed is in no event.
func tracer(out io.Writer, now func() time.Time) func(walk string, e checks.Event) {
	var mu sync.Mutex
	return func(walk string, e checks.Event) {
		text := traced(e)
		if text == "" {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(out, "%s %-10s %s\n", now().Format("15:04:05.000"), walk, report.Visible(report.Shorten(text, 400)))
	}
}

// traced says an event in a line, or nothing if it would only make the others harder to see.
func traced(e checks.Event) string {
	switch e.Kind {
	case checks.EventStart:
		return "browser " + e.Text + ", " + strings.Join(e.Notes, ", ")
	case checks.EventStep:
		return words("step", e.Step, e.Outcome, e.Matched, e.Error)
	case checks.EventPage:
		return words("page", e.URL, quoted(e.Title), fmt.Sprintf("%d fields", len(e.Fields)))
	case checks.EventHop:
		return words("page", e.Method, fmt.Sprint(e.Status), e.URL, asked(e.Query), arrow(e.Location))
	case checks.EventMessage:
		return words("message", e.Message.Protocol, e.Message.Kind, "by", e.Message.Way, e.URL+":", strings.Join(named(e.Message.Values), " "))
	case checks.EventCookie:
		return withheld(e)
	case checks.EventFailure, checks.EventCertificate, checks.EventTunnel:
		return words(e.Kind, e.URL, e.Host, e.Error, e.Blocked)
	case checks.EventConsole:
		return words("console", e.Level, quoted(e.Text))
	case checks.EventPopup:
		return words("window", e.URL, e.Blocked)
	case checks.EventAsk:
		return words("question", quoted(e.Text))
	case checks.EventLoop:
		return words("loop", e.Text, fmt.Sprintf("%d rounds", e.Rounds))
	case checks.EventEnd:
		return words("end", e.Outcome, e.Error)
	}
	return ""
}

func words(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return `"` + s + `"`
}

func arrow(to string) string {
	if to == "" {
		return ""
	}
	return "→ " + to
}

func asked(query []checks.Param) string {
	var all []string
	for _, p := range query {
		all = append(all, strings.TrimSuffix(p.Name+"="+p.Value, "="))
	}
	return strings.Join(all, " ")
}

// named lists the parts of a message; their values are not for eyes.
func named(values map[string]checks.Secret) []string {
	var all []string
	for name := range values {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func withheld(e checks.Event) string {
	switch reasons := strings.Join(e.Cookie.Refused, ", "); {
	case reasons == "":
		return ""
	case e.Cookie.Sending:
		return words("cookie", e.Cookie.Name, "not sent to", e.Host+":", reasons)
	default:
		return words("cookie", e.Cookie.Name, "of", e.Host, "refused:", reasons)
	}
}
