package plugin

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"logindoctor/checks"
)

const (
	sentenceLimit = 200
	perfLimit     = 20
)

type runFunc = func(context.Context, *checks.Pass) (any, error)

// nagios makes the codes and the run function of a program that keeps the plug-in contract,
// https://www.monitoring-plugins.org/doc/guidelines.html
func nagios(d Declaration) ([]*checks.Code, runFunc) {
	warning := &checks.Code{ID: "X-" + d.Name + "-1", Impact: checks.Degrading, Owner: checks.OwnerUndetermined}
	critical := &checks.Code{ID: "X-" + d.Name + "-2", Impact: checks.Blocking, Owner: checks.OwnerUndetermined}
	run := func(ctx context.Context, p *checks.Pass) (any, error) {
		argv, err := d.arguments(ctx, p)
		if err != nil {
			return nil, err
		}
		c := call{argv: argv, limit: d.Timeout}
		code, output, err := c.run(ctx)
		if err != nil {
			return nil, err
		}
		evidence := spoken(output)
		switch {
		case code > 2:
			return nil, c.failed(fmt.Errorf("exit code %d", code), output)
		case evidence == nil:
			return nil, c.failed(errors.New("no line of text"), output)
		case code == 0:
			p.Observe(evidence...)
		case code == 1:
			p.Report(warning, checks.Likely, evidence...)
		case code == 2:
			p.Report(critical, checks.Likely, evidence...)
		}
		return nil, nil
	}
	return []*checks.Code{warning, critical}, run
}

// spoken is the first line as the sentence, then the performance data; nil if there is no first line.
func spoken(output string) []checks.Evidence {
	first, rest, _ := strings.Cut(strings.TrimLeft(output, "\r\n"), "\n")
	sentence, perf, _ := strings.Cut(first, "|")
	if sentence = clean(sentence, sentenceLimit); sentence == "" {
		return nil
	}
	if _, more, ok := strings.Cut(rest, "|"); ok {
		perf += " " + more
	}
	evidence := []checks.Evidence{checks.Text("sentence", sentence)}
	seen := map[string]bool{}
	for _, m := range perfItem.FindAllStringSubmatch(perf, -1) {
		key := "perf_" + strings.Trim(notKey.ReplaceAllString(strings.ToLower(m[1]+m[2]), "_"), "_")
		if !seen[key] && len(seen) < perfLimit {
			seen[key] = true
			evidence = append(evidence, checks.Public(key, m[3]))
		}
	}
	return evidence
}

var (
	// 'label'=value[UOM], what follows a semicolon are thresholds
	perfItem = regexp.MustCompile(`(?:'([^'=]{1,64})'|([^\s'=]{1,64}))=(-?[0-9.,]{1,32}[A-Za-z%]{0,4})(?:;\S*|\s|$)`)
	notKey   = regexp.MustCompile(`[^a-z0-9]+`)
)
