package child

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks/internal/page"
)

// onCertificate judges a certificate that the browser refused once more, by a connection of our own through the same
// relay. The browser goes on only if that one is trusted. It only happens where --ca-file cannot reach the browser's store.
func (w *watcher) onCertificate(e proto.SecurityCertificateError) {
	t := w.tab
	go func() {
		ctx, cancel := context.WithTimeout(t.ctx, 10*time.Second)
		defer cancel()
		err := verify(ctx, w.room.child.order.Roots, w.room.Proxy, e.RequestURL)
		action := proto.SecurityCertificateErrorActionContinue
		if err != nil {
			action = proto.SecurityCertificateErrorActionCancel
			w.mu.Lock()
			w.refuse(page.Host(e.RequestURL), "net::"+e.ErrorType, page.Text(err.Error(), 300))
			w.mu.Unlock()
		}
		_ = proto.SecurityHandleCertificateError{EventID: e.EventID, Action: action}.Call(t)
	}()
}

// verify opens a verified connection to the host of an address through the relay.
func verify(ctx context.Context, pem []byte, proxy, raw string) error {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return errors.New("no authorities")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return err
	}
	conn, err := tunnel(ctx, proxy, net.JoinHostPort(u.Hostname(), orDefault(u.Port(), "443")))
	if err != nil {
		return err
	}
	defer conn.Close()
	return tls.Client(conn, &tls.Config{RootCAs: roots, ServerName: u.Hostname()}).HandshakeContext(ctx)
}

func tunnel(ctx context.Context, proxy, target string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", proxy)
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: target}, Host: target}
	if err := request.Write(conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("tunnel to %s: status %d", target, answer.StatusCode), conn.Close())
	}
	return conn, nil
}
