package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/web/answer"
)

// conclude turns the answer of the sign-in call into a result or a finding.
func (c call) conclude(ctx context.Context, x *hops.Exchange) (any, error) {
	if x.Status == http.StatusOK && !x.HTML() {
		return c.success(ctx, x)
	}
	means := Means(c.pass.Target.Product.API, x)
	if means == "version" {
		return c.unpinned(ctx, x)
	}
	if means == "no-right" {
		c.pass.Reached(checks.DepthLogin)
		c.report(FewRights, x)
		return Result{Get: c.read}, nil
	}
	code := c.code(x, means)
	c.report(code, x)
	return nil, nil
}

// success reads the version and looks whether the key may read its own rights.
func (c call) success(ctx context.Context, x *hops.Exchange) (any, error) {
	var info struct {
		Version string `json:"version"`
	}
	if json.Unmarshal(x.Body, &info) != nil {
		c.report(UnknownAnswer, x)
		return nil, nil
	}
	c.pass.Reached(checks.DepthLogin)
	c.pass.Observe(checks.Public("api_version", info.Version))
	rights := c.pass.Target.Product.API.Rights
	if rights == "" {
		return Result{info.Version, c.read}, nil
	}
	y, err := c.get(ctx, c.codebase(), rights, false)
	if err == nil && Means(c.pass.Target.Product.API, y) == "no-right" {
		c.report(FewRights, y)
	}
	return Result{info.Version, c.read}, nil
}

// unpinned repeats the call without the version: the answer so far says nothing about the keys.
func (c call) unpinned(ctx context.Context, x *hops.Exchange) (any, error) {
	c.report(VersionGone, x)
	y, err := c.get(ctx, c.codebase(), c.pass.Target.Product.API.Probe, false)
	if err != nil {
		return nil, c.unanswered(err)
	}
	if Means(c.pass.Target.Product.API, y) == "version" {
		c.report(UnknownAnswer, y)
		return nil, nil
	}
	return c.conclude(ctx, y)
}

// Means looks an answer up in the product's table: body first, then status.
func Means(spec *checks.APISpec, x *hops.Exchange) string {
	if x.Status < 400 {
		return ""
	}
	body := strings.ToLower(x.Text())
	for _, e := range spec.Errors {
		fits := len(e.Status) == 0 || slices.Contains(e.Status, x.Status)
		if e.Body != "" && fits && strings.Contains(body, strings.ToLower(e.Body)) {
			return e.Means
		}
	}
	for _, e := range spec.Errors {
		if e.Body == "" && slices.Contains(e.Status, x.Status) && !x.HTML() {
			return e.Means
		}
	}
	return ""
}

func (c call) code(x *hops.Exchange, means string) *checks.Code {
	if to, err := x.Next(); to != nil && !c.client.Speaks(to) || err != nil {
		return Redirected
	}
	switch means {
	case "bad-keys":
		return KeysRefused
	case "client-id":
		if c.keys.client.Empty() || strings.Contains(strings.ToLower(x.Text()), "missing") {
			return NoClientID
		}
		return BadClientID
	case "throttled":
		return TooManyCalls
	case "route":
		return Unroutable
	case "https-host":
		return WrongHost
	}
	switch {
	case x.Status == http.StatusTooManyRequests:
		return TooManyCalls
	case x.Status >= 500 && answer.Classify(c.pass.Target.Product, x) != answer.BlockedPage: // servers send it as a page
		return CallFailed
	case x.HTML():
		return PageNotData
	}
	return UnknownAnswer
}

// report adds what every answer shows, and what the code's sentences need beside it.
func (c call) report(code *checks.Code, x *hops.Exchange) {
	ev := []checks.Evidence{checks.Public("host", c.subject.Name()), checks.Count("status", x.Status),
		checks.Public("path", x.URL.Path), checks.Text("text", said(x))}
	switch code {
	case CallFailed:
		ev = append(ev, checks.Public("answer", fmt.Sprintf("status %d", x.Status)))
	case WrongHost:
		ev = append(ev, checks.Public("right", c.right()))
	case PageNotData:
		ev = append(ev, checks.Public("right", c.right()), checks.Public("kind", kind(answer.Classify(c.pass.Target.Product, x))))
	case TooManyCalls:
		ev = append(ev, checks.Public("wait", answer.Wait(x.Header)))
	case Redirected:
		ev = append(ev, checks.Public("to", leadsTo(x)))
	}
	c.pass.Report(code, checks.Likely, ev...).On(c.subject)
}

// right is the host that the API should be called at.
func (c call) right() string {
	if c.company.Site == "" {
		return "the host that the company lookup names"
	}
	return c.company.Site
}

func leadsTo(x *hops.Exchange) string {
	if next, err := x.Next(); err == nil && next != nil {
		return next.Host
	}
	return "another host"
}

func kind(k answer.Kind) string {
	switch k {
	case answer.BlockedPage:
		return "a block page of a web filter"
	case answer.EdgeCheck:
		return "a check for a real browser"
	case answer.Maintained, answer.Soft:
		return "a maintenance page"
	case answer.Rejected, answer.Foreign, answer.Forbidden:
		return "a refusal by the edge"
	case answer.GatewayFault, answer.ServerFault:
		return "an error page"
	}
	return "a web page"
}

// said returns the message of a refusal, or the first words of a page.
func said(x *hops.Exchange) string {
	var body struct{ Code, Message, Error string }
	if json.Unmarshal(x.Body, &body) == nil && body.Message != "" {
		return strings.Trim(body.Code+body.Error+": "+body.Message, ": ")
	}
	text := answer.Title(x.Text())
	return text[:min(len(text), 200)]
}

// read asks for a record.
func (c call) read(ctx context.Context, path string) (*hops.Exchange, error) {
	return c.get(ctx, c.codebase(), path, false)
}

// unanswered concludes from a call that got no answer on a host that answered a moment ago.
func (c call) unanswered(err error) error {
	if !hops.Silent(err) && !hops.Gone(err) || errors.Is(err, context.Canceled) {
		return err
	}
	f := c.pass.Report(CallFailed, checks.Likely, checks.Public("host", c.subject.Name()),
		checks.Public("answer", "no answer"), checks.Text("error", err.Error())).On(c.subject)
	if hops.Silent(err) {
		f.FromSilence()
	}
	return nil
}
