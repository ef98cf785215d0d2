package world

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// A stub of our own, because net.Resolver reads the system's hosts file, search list and number of attempts too.

// A reply is what a server says of a name.
type reply struct {
	addrs []netip.Addr
	err   error
}

// askBoth asks one server for both kinds of address at once. Once the first kind is there the other has half a turn to come.
func (w *World) askBoth(ctx context.Context, server netip.AddrPort, host string) reply {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	v6 := make(chan reply, 1)
	go func() { v6 <- w.ask(ctx, server, host, dnsmessage.TypeAAAA) }()
	r := w.ask(ctx, server, host, dnsmessage.TypeA)
	if len(r.addrs) > 0 {
		defer time.AfterFunc(turn/2, cancel).Stop()
	}
	other := <-v6
	if all := append(r.addrs, other.addrs...); len(all) > 0 {
		return reply{addrs: all}
	}
	if dns, ok := errors.AsType[*net.DNSError](r.err); ok && dns.IsNotFound && other.err != nil {
		return other
	}
	return r
}

// ask returns the addresses of one kind, or a *net.DNSError worded as in package net.
func (w *World) ask(ctx context.Context, server netip.AddrPort, host string, kind dnsmessage.Type) reply {
	q, err := newQuery(host, kind)
	if err != nil {
		return reply{err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true, UnwrapErr: err}}
	}
	m, err := w.exchange(ctx, "udp", server, q)
	if err == nil && m.Truncated {
		m, err = w.exchange(ctx, "tcp", server, q)
	}
	if err != nil {
		return reply{err: unanswered(err, host, server)}
	}
	addrs := addresses(m)
	failed := &net.DNSError{Name: host, Server: server.String()}
	switch {
	case m.RCode == dnsmessage.RCodeNameError:
		failed.Err, failed.IsNotFound = "no such host", true
	case m.RCode != dnsmessage.RCodeSuccess:
		failed.Err, failed.IsTemporary = "server misbehaving", m.RCode == dnsmessage.RCodeServerFailure
	case len(addrs) > 0:
		return reply{addrs: addrs}
	case len(m.Answers) == 0 && !m.Authoritative && !m.RecursionAvailable:
		failed.Err = "lame referral"
	default:
		failed.Err, failed.IsNotFound = "no such host", true
	}
	return reply{err: failed}
}

func unanswered(err error, host string, server netip.AddrPort) error {
	dns := &net.DNSError{Err: err.Error(), Name: host, Server: server.String(), UnwrapErr: err}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		dns.Err, dns.IsTimeout, dns.IsTemporary = "i/o timeout", true, true
	}
	return dns
}

// A query is a question and its packet.
type query struct {
	dnsmessage.Message
	packet []byte
}

func newQuery(host string, kind dnsmessage.Type) (*query, error) {
	name, err := dnsmessage.NewName(strings.TrimSuffix(host, ".") + ".")
	if err != nil {
		return nil, err
	}
	question := dnsmessage.Question{Name: name, Type: kind, Class: dnsmessage.ClassINET}
	header := dnsmessage.Header{ID: uint16(rand.Uint32()), RecursionDesired: true}
	q := &query{Message: dnsmessage.Message{Header: header, Questions: []dnsmessage.Question{question}}}
	q.packet, err = q.Pack()
	return q, err
}

// exchange sends the query and reads until something comes that answers it.
func (w *World) exchange(ctx context.Context, network string, server netip.AddrPort, q *query) (*dnsmessage.Message, error) {
	conn, err := w.open(ctx, network, server, 0, 1)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer bind(ctx, conn)()
	packet := q.packet
	if network == "tcp" {
		packet = append(binary.BigEndian.AppendUint16(nil, uint16(len(packet))), packet...)
	}
	if _, err := conn.Write(packet); err != nil {
		return nil, err
	}
	for {
		reply, err := readReply(conn, network)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		var m dnsmessage.Message
		if m.Unpack(reply) == nil && q.answeredBy(&m) {
			return &m, nil
		}
	}
}

// bind makes reads and writes time out when ctx ends, until the returned function is called.
func bind(ctx context.Context, conn net.Conn) (release func() bool) {
	return context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
}

func readReply(conn net.Conn, network string) ([]byte, error) {
	if network == "udp" {
		packet := make([]byte, 4096)
		n, err := conn.Read(packet)
		return packet[:n], err
	}
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	packet := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err := io.ReadFull(conn, packet)
	return packet, err
}

// answeredBy reports whether a message is a reply to this query and not to an older or a forged one.
func (q *query) answeredBy(m *dnsmessage.Message) bool {
	if !m.Response || m.ID != q.ID || len(m.Questions) != 1 {
		return false
	}
	got, want := m.Questions[0], q.Questions[0]
	return got.Type == want.Type && strings.EqualFold(got.Name.String(), want.Name.String())
}

// addresses takes every address of the answer, whatever names lead to it.
func addresses(m *dnsmessage.Message) []netip.Addr {
	var addrs []netip.Addr
	for _, r := range m.Answers {
		switch body := r.Body.(type) {
		case *dnsmessage.AResource:
			addrs = append(addrs, netip.AddrFrom4(body.A))
		case *dnsmessage.AAAAResource:
			addrs = append(addrs, netip.AddrFrom16(body.AAAA))
		}
	}
	return addrs
}
