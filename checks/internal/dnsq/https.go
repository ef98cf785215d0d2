package dnsq

import (
	"context"
	"encoding/base64"

	"github.com/miekg/dns"
)

// A Getter sends a question of DNS over HTTPS, the parameter dns of RFC 8484 section 4.1, and returns the body of the answer.
type Getter func(ctx context.Context, question string) ([]byte, error)

// AskOver asks for both families of addresses through a Getter.
func AskOver(ctx context.Context, get Getter, name string) Answer {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	replies := make(chan reply, 2)
	for _, t := range []uint16{dns.TypeA, dns.TypeAAAA} {
		go func() { replies <- askOver(ctx, get, name, t) }()
	}
	four, six := <-replies, <-replies
	if four.of != dns.TypeA {
		four, six = six, four
	}
	return merge(four, six)
}

func askOver(ctx context.Context, get Getter, name string, of uint16) reply {
	m := new(dns.Msg).SetQuestion(dns.Fqdn(name), of)
	m.Id = 0 // so that caches work, RFC 8484 section 4.1
	wire, err := m.Pack()
	if err != nil {
		return reply{of, nil, err}
	}
	body, err := get(ctx, base64.RawURLEncoding.EncodeToString(wire))
	if err != nil {
		return reply{of, nil, err}
	}
	r := new(dns.Msg)
	return reply{of, r, r.Unpack(body)}
}
