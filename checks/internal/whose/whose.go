// Package whose tells who runs a host of a sign-in.
package whose

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"logindoctor/checks"
)

// Host returns the owner of a host: the vendor of the product, of the provider, or the organisation that runs it itself.
func Host(t *checks.Target, s *checks.Subject) checks.Owner {
	switch {
	case s.Role == checks.RoleControl || s.Role == checks.RoleProxy:
		return checks.OwnerNetwork
	case Vendors(t, s.Host), s.Role == checks.RolePortal && listed(t, s.Host):
		return checks.OwnerVendor
	case s.Role == checks.RoleIDP || s.Role == checks.RoleCDN:
		return provider(t, s.Host)
	}
	return checks.OwnerPSAAdmin
}

// Vendors reports whether a host is one of the product's own or lies in the domain of one.
func Vendors(t *checks.Target, host string) bool {
	for _, own := range Known(t) {
		if host == own || Within(host, Domain(own)) {
			return true
		}
	}
	return false
}

// Known lists the hosts of the product.
func Known(t *checks.Target) []string {
	if t == nil || t.Product == nil {
		return nil
	}
	var all []string
	for _, r := range t.Product.Regions {
		all = append(all, r.Web)
		if r.API != "" {
			all = append(all, r.API)
		}
	}
	for _, h := range t.Product.Hosts {
		all = append(all, h.Host)
	}
	return all
}

func provider(t *checks.Target, host string) checks.Owner {
	if listed(t, host) {
		return checks.OwnerIDPVendor
	}
	return checks.OwnerIdentity
}

// listed reports whether a host lies in a domain that the product file expects on a pathway.
func listed(t *checks.Target, host string) bool {
	return t != nil && t.Product != nil && slices.ContainsFunc(t.Product.Domains, func(d checks.Domain) bool { return Within(host, d.Name) })
}

// Domain is the domain that somebody registered for a host.
func Domain(host string) string {
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return domain
}

// Within reports whether a host is a domain or lies in it.
func Within(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}
