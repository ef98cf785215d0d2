package checktest

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
	"logindoctor/fixtures"
)

// A carrier is a World whose browser runs no scripts: it follows redirects, keeps cookies, fills in the form that asks for
// a password and sends forms on. What passes is real, over the World's own names, connections and trust; it takes a
// hundredth of the time of a browser.
type carrier struct {
	checks.World
	entrances map[string]string // where single sign-on begins, by pathway
	user      string
}

// Carried returns a World in which the sign-ins of a lab with providers of others are walked without a browser.
func Carried(w checks.World, lab *fixtures.World, user string) checks.World {
	return carrier{w, lab.Entrances(), user}
}

// Browse walks a pathway to its end, whatever the script says. Other scripts end at once.
func (c carrier) Browse(ctx context.Context, s checks.Script) (<-chan checks.Event, error) {
	var log page.Log
	if at := c.entrances[s.Name]; at != "" {
		w := walk{carrier: c, ctx: ctx, log: &log}
		if err := w.run(at); err != nil {
			return nil, err
		}
	}
	log = append(log, checks.Event{Kind: checks.EventEnd, Outcome: checks.OutcomeDone})
	out := make(chan checks.Event, len(log))
	for _, e := range log {
		e.V = checks.EventVersion
		out <- e
	}
	close(out)
	return out, nil
}

type walk struct {
	carrier
	ctx    context.Context
	client *http.Client
	ear    page.Ear
	log    *page.Log
	typed  bool
}

// most is how many pages a sign-in may have.
const most = 25

func (w *walk) run(at string) error {
	if err := w.connect(); err != nil {
		return err
	}
	defer w.client.CloseIdleConnections()
	method, form := http.MethodGet, ""
	for range most {
		next, body, err := w.ask(method, at, form)
		if err != nil {
			return err
		}
		if next != "" {
			at, method, form = next, http.MethodGet, ""
			continue
		}
		var ok bool
		if at, form, ok = w.fill(at, body); !ok {
			*w.log = append(*w.log, checks.Event{Kind: checks.EventPage, Step: "last", URL: at, Text: page.Text(tags.ReplaceAllString(body, " "), 4000)})
			return nil
		}
		method = http.MethodPost
	}
	return fmt.Errorf("%d pages and no end", most)
}

func (w *walk) connect() error {
	roots, err := w.Roots()
	if err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	w.client = &http.Client{Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return w.Dial(ctx, network, address, checks.Dialing{})
		}}}
	return err
}

// ask makes one request for a page and tells of it; next is where the answer sends the browser.
func (w *walk) ask(method, at, form string) (next, body string, err error) {
	if e, ok := w.ear.Hear(method, at, form); ok {
		*w.log = append(*w.log, e)
	}
	address, query := page.Split(at)
	place, _, _ := strings.Cut(at, "#")
	q, err := http.NewRequestWithContext(w.ctx, method, place, strings.NewReader(form))
	if err != nil {
		return "", "", err
	}
	if method == http.MethodPost {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	a, err := w.client.Do(q)
	if err != nil { // as in a browser: an error page, which leads nowhere
		*w.log = append(*w.log, checks.Event{Kind: checks.EventFailure, URL: address, Host: page.Host(at), Type: "Document", Error: "net::ERR_EMPTY_RESPONSE"})
		return "", "", nil
	}
	defer a.Body.Close()
	text, err := io.ReadAll(io.LimitReader(a.Body, 1<<20))
	if err != nil {
		return "", "", err
	}
	*w.log = append(*w.log, checks.Event{Kind: checks.EventHop, URL: address, Query: query, Host: page.Host(at), Method: method, Type: "Document", Status: a.StatusCode})
	if to, err := url.Parse(a.Header.Get("Location")); err == nil && a.StatusCode/100 == 3 {
		next = q.URL.ResolveReference(to).String()
	}
	return next, string(text), nil
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	forms  = regexp.MustCompile(`(?is)<form[^>]*>`)
	fields = regexp.MustCompile(`(?is)<input[^>]*>`)
	action = regexp.MustCompile(`(?i) action="([^"]*)"`)
	name   = regexp.MustCompile(`(?i) name="([^"]*)"`)
	value  = regexp.MustCompile(`(?i) value="([^"]*)"`)
	secret = regexp.MustCompile(`(?i) type="password"`)
	hidden = regexp.MustCompile(`(?i) type="(hidden|submit)"`)
)

// fill returns what a person would send with the form of a page; ok is false if there is nothing to send, or the password
// was typed already.
func (w *walk) fill(at, body string) (to, form string, ok bool) {
	start := forms.FindString(body)
	if start == "" || (w.typed && secret.MatchString(body)) {
		return at, "", false
	}
	v := url.Values{}
	for _, f := range fields.FindAllString(body, -1) {
		switch key := first(name, f); {
		case key == "":
		case secret.MatchString(f):
			w.typed = true
			password, err := w.Secret(w.ctx, "staff.password")
			if err != nil {
				return at, "", false
			}
			v.Set(key, password.Reveal())
		case hidden.MatchString(f):
			v.Set(key, first(value, f))
		default:
			v.Set(key, w.user)
		}
	}
	base, err := url.Parse(at)
	if err != nil {
		return at, "", false
	}
	target, err := base.Parse(cmp.Or(first(action, start), at))
	if err != nil {
		return at, "", false
	}
	return target.String(), v.Encode(), true
}

func first(r *regexp.Regexp, in string) string {
	if m := r.FindStringSubmatch(in); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
}
