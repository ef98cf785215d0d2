package config

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
)

var (
	schemes    = []string{"env:", "file:", "keyring:", "exec:"} // and prompt, which names nothing
	levels     = []string{"quick", "standard", "deep"}
	tongues    = []string{"nagios", "json"}
	hostRoles  = []checks.Role{checks.RoleWeb, checks.RoleAPI, checks.RolePortal, checks.RoleHome, checks.RoleIDP, checks.RoleCDN, checks.RoleProxy}
	connectTo  = regexp.MustCompile(`^(\[[^\]]*\]|[^:\[\]]*):\d*:(\[[^\]]*\]|[^:\[\]]*):\d*$`)
	pluginName = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
	checkID    = regexp.MustCompile(`^[a-z]+\.[a-z]+$`)
)

const reference = "write env:NAME, file:PATH, keyring:NAME, exec:PROGRAM or prompt"

// rules are those that the form of a settings file cannot express.
func rules(s *Settings, refuse catalog.Refuse) {
	for name, ref := range s.references() {
		if ref != "" && !refers(ref) {
			_, key, _ := strings.Cut(name, ".")
			refuse("credentials."+name, fmt.Sprintf("%q must say where the value is kept, and not hold it.", key), reference)
		}
	}
	if s.Level != "" && !slices.Contains(levels, s.Level) {
		refuse("level", `"level" must be one of: quick, standard, deep.`, suggest(s.Level, levels))
	}
	for key, text := range map[string]string{"timeout": s.Timeout, "step_timeout": s.StepTimeout} {
		if text != "" && !length(text) {
			refuse(key, fmt.Sprintf("%q needs a length of time above zero.", key), "write for example 30s")
		}
	}
	if strings.Contains(s.Proxy, "@") {
		refuse("proxy", `"proxy" must not hold a login; it belongs under "credentials".`, "")
	}
	addresses(s, refuse)
	for i, name := range s.Expect.Issuers {
		if strings.TrimSpace(name) == "" {
			refuse(fmt.Sprintf("expect.issuers[%d]", i), "An empty name would match nothing.", "")
		}
	}
	limits(s.Limits, refuse)
	for key, d := range map[string]checks.Duration{"ok": s.Keep.OK, "failed": s.Keep.Failed} {
		if d < 0 {
			refuse("keep."+key, fmt.Sprintf("%q must not be below zero.", key), "")
		}
	}
	plugins(s, refuse)
}

func addresses(s *Settings, refuse catalog.Refuse) {
	for i, text := range s.Resolvers {
		if !address(text) {
			refuse(fmt.Sprintf("resolvers[%d]", i), "A resolver is an address, with or without a port.", "write for example 192.0.2.53:53")
		}
	}
	for i, text := range s.ConnectTo {
		if !connectTo.MatchString(text) {
			refuse(fmt.Sprintf("connect_to[%d]", i), "An entry has four parts, HOST:PORT:ADDR:PORT.", "write for example psa.example.test:443:192.0.2.7:8443")
		}
	}
}

func refers(text string) bool {
	return text == "prompt" || slices.ContainsFunc(schemes, func(scheme string) bool {
		rest, ok := strings.CutPrefix(text, scheme)
		return ok && strings.TrimSpace(rest) != ""
	})
}

func length(text string) bool {
	if n, err := strconv.Atoi(text); err == nil {
		return n > 0
	}
	d, err := time.ParseDuration(text)
	return err == nil && d > 0
}

func address(text string) bool {
	if _, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return true
	}
	server, err := netip.ParseAddrPort(text)
	return err == nil && server.Port() > 0
}

func limits(l checks.Limits, refuse catalog.Refuse) {
	for key, d := range map[string]checks.Duration{"clock_note": l.ClockNote, "clock_risk": l.ClockRisk, "clock_bad": l.ClockBad,
		"clock_tokens": l.ClockTokens, "slow_first": l.SlowFirst} {
		if d < 0 {
			refuse("limits."+key, fmt.Sprintf("%q must not be below zero.", key), "")
		}
	}
}

func plugins(s *Settings, refuse catalog.Refuse) {
	seen := map[string]bool{}
	for i, p := range s.Plugins {
		at := fmt.Sprintf("plugins[%d]", i)
		if !pluginName.MatchString(p.Name) {
			refuse(at+".name", `"name" needs 1 to 32 of a-z, 0-9 and -.`, "")
		} else if seen[p.Name] {
			refuse(at+".name", fmt.Sprintf("There is a plugin %q already.", p.Name), "")
		}
		seen[p.Name] = true
		p.judge(at, refuse)
		for k, name := range p.Secrets {
			if _, known := s.references()[name]; !known {
				refuse(fmt.Sprintf("%s.secrets[%d]", at, k), "A credential is named by its two keys.", "write for example staff.password")
			}
		}
	}
}

func (p Plugin) judge(at string, refuse catalog.Refuse) {
	if len(p.Command) == 0 || p.Command[0] == "" {
		refuse(at+".command", `"command" must name a program.`, "write for example [/usr/local/bin/check_vpn]")
	}
	if !slices.Contains(tongues, p.Speaks) {
		refuse(at+".speaks", `"speaks" must be nagios or json.`, suggest(p.Speaks, tongues))
	}
	for k, role := range p.On {
		if !slices.Contains(hostRoles, role) {
			refuse(fmt.Sprintf("%s.on[%d]", at, k), fmt.Sprintf("A role is one of: %s.", list(hostRoles)), "")
		}
	}
	for k, id := range p.Requires {
		if !checkID.MatchString(id) {
			refuse(fmt.Sprintf("%s.requires[%d]", at, k), "A check is named by its stage and question.", "write for example tls.chain")
		}
	}
	if p.Timeout < 0 {
		refuse(at+".timeout", `"timeout" must not be below zero.`, "")
	}
}

func list(roles []checks.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

func suggest(word string, candidates []string) string {
	if near := catalog.Nearest(word, candidates); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}
