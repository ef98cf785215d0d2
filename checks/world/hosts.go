package world

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"slices"
	"strings"

	"logindoctor/checks"
)

const hostsLimit = 32 << 20 // lists that block advertising reach some megabytes

// HostsFile returns the entries of the hosts file as they were when first asked for.
func (w *World) HostsFile() ([]checks.HostsEntry, error) { return w.hosts() }

func (w *World) readHosts() ([]checks.HostsEntry, error) {
	path := w.o.HostsFile
	if path == "" {
		path = hostsPath()
	}
	f, err := os.Open(path)
	if w.o.HostsFile == "" && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, hostsLimit))
	return parseHosts(text), err
}

// parseHosts skips what it cannot read, as the system does.
func parseHosts(text []byte) []checks.HostsEntry {
	var entries []checks.HostsEntry
	number := 0
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))) {
		number++
		line, _, _ = bytes.Cut(line, []byte("#"))
		fields := strings.Fields(string(line))
		if len(fields) < 2 {
			continue
		}
		addr, err := netip.ParseAddr(fields[0])
		if err != nil {
			continue
		}
		names := fields[1:]
		for i, name := range names {
			names[i] = canonical(name)
		}
		entries = append(entries, checks.HostsEntry{Line: number, Addr: addr.Unmap(), Names: names})
	}
	return entries
}

func (w *World) fromHosts(host string) []netip.Addr {
	entries, err := w.hosts()
	if err != nil {
		return nil
	}
	var addrs []netip.Addr
	for _, e := range entries {
		if slices.Contains(e.Names, canonical(host)) && !slices.Contains(addrs, e.Addr) {
			addrs = append(addrs, e.Addr)
		}
	}
	return byFamily(addrs)
}
