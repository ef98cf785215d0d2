// Package revocation asks where certificates say that their revocation can be looked up.
package revocation

import (
	"context"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/plain"
	"logindoctor/checks/internal/whose"
	"logindoctor/checks/tls/chain"
)

//go:embed README.md scenarios
var files embed.FS

// Offline is the code. Browsers and most programs go on without an answer; strict clients on Windows do not.
var Offline = &checks.Code{ID: "LD3221", Aliases: []string{"tls-revocation-offline"}, Impact: checks.Risk, Owner: checks.OwnerNetwork}

// Check runs where the desktop client is tested, whose TLS may insist on an answer, and at level deep.
var Check = &checks.Check{ID: "tls.revocation", Files: files, Scope: checks.PerHost, Contrast: true, Optional: true,
	Roles:    []checks.Role{checks.RoleWeb, checks.RoleAPI, checks.RoleIDP},
	Requires: []*checks.Check{chain.Check}, Codes: []*checks.Code{Offline}, Lent: []*checks.Code{chain.Revoked}, Timeout: 20 * time.Second, Run: run}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	strict := slices.ContainsFunc(p.Target.Pathways, func(w *checks.Pathway) bool { return w.Door == checks.DoorDesktop })
	if !strict && p.Level < checks.LevelDeep {
		return nil, checks.Skip("Only the desktop client may insist on it.")
	}
	seen, ok := checks.ResultOf[chain.Result](p, chain.Check)
	if !ok || len(seen.Chain) == 0 {
		return nil, checks.Skip("There is no verified certificate.")
	}
	places := slices.Concat(seen.Chain[0].CRLDistributionPoints, seen.Chain[0].OCSPServer)
	places = slices.DeleteFunc(places, func(at string) bool { return !strings.HasPrefix(at, "http://") })
	if len(places) == 0 {
		return nil, checks.Skip("The certificate of %s names no place where its revocation can be looked up.", p.Subject.Name())
	}
	var why []string
	for _, at := range places {
		list, err := look(ctx, p.World, at, slices.Contains(seen.Chain[0].CRLDistributionPoints, at))
		if err == nil {
			p.Observe(checks.Public("revocation", at))
			if listed(list, seen.Chain) {
				f := p.Report(chain.Revoked, checks.Confirmed, checks.Public("host", p.Subject.Name())).By(whose.Host(p.Target, p.Subject))
				if !strict { // nobody on the pathways that are tested asks the list
					f.Impact = checks.Risk
				}
			}
			return nil, nil
		}
		why = append(why, fmt.Sprintf("%s: %v", at, err))
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	p.Report(Offline, checks.Likely, checks.Public("host", p.Subject.Name()), checks.Text("why", strings.Join(why, "; ")),
		checks.Public("lists", hosts(places)))
	return nil, nil
}

// listed reports whether a list of the issuer's own holds the number of the first certificate of a chain.
func listed(list *x509.RevocationList, chain []*x509.Certificate) bool {
	return list != nil && len(chain) > 1 && list.CheckSignatureFrom(chain[1]) == nil &&
		slices.ContainsFunc(list.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool {
			return e.SerialNumber.Cmp(chain[0].SerialNumber) == 0
		})
}

// look asks one place as a client does: a list of revoked certificates must come whole, and what answers questions about
// single ones says at least in its type that it does, even to a bare request. It returns the list, nil if it asked for none.
func look(ctx context.Context, w checks.World, at string, list bool) (*x509.RevocationList, error) {
	ctx, cancel := context.WithTimeout(ctx, 6*time.Second)
	defer cancel()
	got, err := plain.Get(ctx, w, at)
	switch {
	case err != nil:
		return nil, err
	case !list && !strings.HasPrefix(got.Header.Get("Content-Type"), "application/ocsp-response"):
		return nil, fmt.Errorf("no answer of RFC 6960, status %d", got.Status)
	case !list:
		return nil, nil
	case got.Status != 200:
		return nil, fmt.Errorf("status %d", got.Status)
	}
	der := got.Body
	if block, _ := pem.Decode(der); block != nil {
		der = block.Bytes
	}
	found, err := x509.ParseRevocationList(der)
	if err != nil {
		return nil, fmt.Errorf("no list of revoked certificates")
	}
	return found, nil
}

// hosts names each host once.
func hosts(places []string) string {
	var all []string
	for _, at := range places {
		if u, err := url.Parse(at); err == nil && !slices.Contains(all, u.Host) {
			all = append(all, u.Host)
		}
	}
	return strings.Join(all, ", ")
}
