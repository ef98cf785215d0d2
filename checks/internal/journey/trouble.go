package journey

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// Kinds of trouble with a part of a page.
const (
	Policy    = "policy"    // the page's own content security policy forbids it
	Extension = "extension" // an extension of this browser blocks it
	Admin     = "admin"     // a managed list of this browser blocks it
	Missing   = "missing"   // the server answers with an error
	Replaced  = "replaced"  // a page stands in the place of a script
	Unused    = "unused"    // the browser does not run, read or show what comes
	Gone      = "gone"      // no answer
)

// A Trouble is a part of a page that did not arrive.
type Trouble struct {
	Kind   string
	URL    string
	Host   string
	Main   bool // the page itself, or the one that its form asks for
	Status int
	Error  string
}

// Troubles lists what did not arrive, in order, scripts, calls and pages only: looks stop nobody. Calls and forms that the
// page's own policy holds back come last: pages live without some of them.
func Troubles(log page.Log) []Trouble {
	var all, held []Trouble
	for _, e := range log {
		t := Trouble{URL: e.URL, Host: e.Host, Main: e.Type == "Document", Status: e.Status, Error: e.Error}
		if t.Host == "" {
			t.Host = hostOf(e.URL)
		}
		switch {
		case e.Kind == checks.EventFailure && e.Error != "net::ERR_ABORTED" || e.Kind == checks.EventFailure && e.Blocked != "":
			t.Kind, t.Error = failure(e)
		case e.Kind == checks.EventResource && matters(e) && e.Status >= 400:
			t.Kind = Missing
		case e.Kind == checks.EventResource && e.Type == "Script" && strings.Contains(e.MIME, "html"):
			t.Kind = Replaced
		case e.Kind == checks.EventStep && strings.Contains(e.Error, "ERR_BLOCKED_BY_"):
			t.Kind, _ = failure(e)
			t.Main = true // a page that was not even asked for has no other event
		case e.Kind == checks.EventConsole && heldBack(e.Text):
			held = append(held, policy(e.Text))
			continue
		default:
			continue
		}
		if t.Main || matters(e) {
			all = append(all, t)
		}
	}
	return append(all, held...)
}

// heldBack reports whether a message of the console says that the policy of the page stopped a call or a form. Chromium has
// no other event for them. Words: services/network and blink, content_security_policy, csp_directive_list.
func heldBack(text string) bool {
	return strings.Contains(text, "violates the following Content Security Policy directive") &&
		(strings.Contains(text, "connect-src") || strings.Contains(text, "form-action")) && !strings.Contains(strings.ToLower(text), "report-only") &&
		!strings.Contains(text, "[Report Only]")
}

// policy reads where the call or form was to go, the first address in quotes.
func policy(text string) Trouble {
	_, after, _ := strings.Cut(text, "'")
	address, _, _ := strings.Cut(after, "'")
	return Trouble{Kind: Policy, URL: address, Host: hostOf(address), Main: strings.Contains(text, "form-action"), Error: text}
}

// Of returns the first trouble of a kind, nil if there is none.
func Of(all []Trouble, kind ...string) *Trouble {
	i := slices.IndexFunc(all, func(t Trouble) bool { return slices.Contains(kind, t.Kind) })
	if i < 0 {
		return nil
	}
	return &all[i]
}

func matters(e checks.Event) bool {
	return e.Type == "" || page.Matters(e.Type)
}

// unused says for what reasons a browser does not run, read or show a part of a page.
var unused = map[string]string{
	"integrity":     "the browser does not run it, because it is not what the page was made with (integrity)",
	"type":          "the browser does not run it, because its server does not call it a script (Content-Type)",
	"mixed-content": "the browser does not load it, because its address is not encrypted and the page is",
	"cors":          "the browser may not read it, because its host does not share it with this page (CORS)",

	"net::ERR_BLOCKED_BY_RESPONSE": "the browser may not show it, because its host does not let this page frame it (X-Frame-Options)",
}

// failure sorts by the names of chromium's net/base/net_error_list.h and the blocked reasons of its DevTools protocol; why is
// what to say of it.
func failure(e checks.Event) (kind, why string) {
	if why := unused[cmp.Or(e.Blocked, e.Error)]; why != "" {
		return Unused, why
	}
	switch {
	case e.Blocked == "csp":
		return Policy, e.Error
	case e.Blocked == "client" || strings.Contains(e.Error, "ERR_BLOCKED_BY_CLIENT"):
		return Extension, e.Error
	case e.Blocked == "administrator" || strings.Contains(e.Error, "ERR_BLOCKED_BY_ADMINISTRATOR"):
		return Admin, e.Error
	case strings.Contains(e.Error, "ERR_BLOCKED_BY_ORB"):
		return Replaced, e.Error
	}
	return Gone, e.Error
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
