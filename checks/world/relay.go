package world

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// A relay is a proxy on the loopback through which a browser sees the world that flags have chosen. The browser calls
// every failure of it ERR_TUNNEL_CONNECTION_FAILED; the true cause goes into the log before the browser is answered.
type relay struct {
	listener net.Listener
	server   *http.Server
	dial     func(ctx context.Context, host, port string) (net.Conn, error)
	put      func(checks.Event)
	plain    *httputil.ReverseProxy

	mu    sync.Mutex
	conns map[net.Conn]bool // taken over from the server
}

func newRelay(ctx context.Context, dial func(ctx context.Context, host, port string) (net.Conn, error),
	put func(checks.Event)) (*relay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{listener: listener, dial: dial, put: put, conns: map[net.Conn]bool{}}
	transport := &http.Transport{DialContext: r.dialPlain, DisableKeepAlives: true, DisableCompression: true}
	r.plain = &httputil.ReverseProxy{Transport: transport, Rewrite: func(*httputil.ProxyRequest) {}, ErrorHandler: r.failPlain}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: time.Minute, BaseContext: func(net.Listener) context.Context { return ctx }}
	go func() { _ = r.server.Serve(listener) }()
	return r, nil
}

func (r *relay) address() string { return r.listener.Addr().String() }

func (r *relay) close() {
	_ = r.server.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		_ = c.Close()
	}
	r.conns = nil
}

// ServeHTTP opens a tunnel, or passes a request for a plain http address on.
func (r *relay) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodConnect {
		r.plain.ServeHTTP(w, req)
		return
	}
	host, port, err := net.SplitHostPort(req.Host)
	if err != nil {
		http.Error(w, "no port", http.StatusBadRequest)
		return
	}
	far, err := r.dial(req.Context(), host, port)
	if req.Context().Err() != nil && err != nil {
		return // the browser does not want it any more
	}
	if err != nil {
		r.failed(host, port, err)
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	near, err := r.takeOver(w, far)
	if err != nil {
		_ = far.Close()
		return
	}
	r.join(near, far)
}

// takeOver answers that the tunnel is open.
func (r *relay) takeOver(w http.ResponseWriter, far net.Conn) (net.Conn, error) {
	near, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	open := r.conns != nil
	if open {
		r.conns[near], r.conns[far] = true, true
	}
	r.mu.Unlock()
	if !open || buffered.Reader.Buffered() > 0 {
		return nil, errors.Join(errors.New("closed, or spoken to before the tunnel was open"), near.Close())
	}
	_, err = io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n")
	return near, err
}

// join copies both ways until both have ended.
func (r *relay) join(near, far net.Conn) {
	var both sync.WaitGroup
	both.Go(func() { pump(far, near) })
	both.Go(func() { pump(near, far) })
	both.Wait()
	_, _ = near.Close(), far.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.conns, near)
	delete(r.conns, far)
}

// pump passes the end of one direction on, so that the other may still be answered. A reset ends both.
func pump(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok && err == nil {
		_ = half.CloseWrite()
		return
	}
	_, _ = to.Close(), from.Close()
}

func (r *relay) dialPlain(ctx context.Context, _, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := r.dial(ctx, host, port)
	if err != nil {
		r.failed(host, port, err)
	}
	return conn, err
}

// failPlain hangs up: a status of ours would look like the host's.
func (r *relay) failPlain(w http.ResponseWriter, _ *http.Request, _ error) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func (r *relay) failed(host, port string, err error) {
	name := strings.ToLower(host)
	if port != "443" {
		name = net.JoinHostPort(name, port)
	}
	r.put(checks.Event{Kind: checks.EventTunnel, Host: name, Error: page.Text(err.Error(), 300)})
}
