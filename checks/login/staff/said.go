package staff

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/way"
)

// coded: a page or an address carries a code or words that are known.
func (v verdict) coded() bool {
	for _, text := range v.texts() {
		means, words := said(v.Target.Product, text)
		if c, ok := way.Coded(v.Target.Product, text); ok && !way.Harmless(c.Means) {
			if means != "" && finer[means] == c.Means {
				c.Means = means
			}
			v.say(c.Means, c.Code, c.Text)
			return true
		}
		if means != "" {
			v.say(means, strconv.Quote(words), words)
			return true
		}
	}
	return false
}

// texts are the last page and the parameters of the last hops, as one text each, latest first.
func (v verdict) texts() []string {
	all := []string{v.lastText()}
	for _, e := range slices.Backward(v.log.Hops()) {
		for _, q := range e.Query {
			if strings.HasPrefix(q.Name, "error") {
				all = append(all, q.Value)
			}
		}
	}
	return all
}

func (v verdict) say(means, code, text string) {
	c := byMeans[means]
	if c == nil {
		c = Refused
	}
	v.report(c, v.host(), checks.Public("code", code), checks.Text("text", text))
}

// report adds the evidence that every sentence may use.
func (v verdict) report(c *checks.Code, host string, ev ...checks.Evidence) {
	v.Report(c, checks.Likely, append(ev, checks.Public("host", host), checks.Public("pathway", v.Pathway.ID))...).On(v.subject(host))
}

func (v verdict) subject(host string) *checks.Subject {
	return way.Subject(v.Pass, &url.URL{Scheme: "https", Host: host, Path: "/"})
}

// host is where the walk ended.
func (v verdict) host() string {
	if hosts := v.log.Hops(); len(hosts) > 0 {
		return hosts[len(hosts)-1].Host
	}
	return v.web()
}

func (v verdict) place() string {
	if hosts := v.log.Hops(); len(hosts) > 0 {
		return hosts[len(hosts)-1].URL
	}
	return v.Pathway.Start
}

// web is the first host of the pathway.
func (v verdict) web() string {
	if len(v.Pathway.Subjects) == 0 {
		return ""
	}
	return v.Pathway.Subjects[0].Name()
}
