package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"logindoctor/checks"
	"logindoctor/report/attach"
)

// An attaching is one call of attach.
type attaching struct {
	packing
	ticket   int
	folder   string
	mail, to string
	webhook  bool
	review   string
	visible  bool
	dryRun   bool
}

func (a *app) attachCommand() *cobra.Command {
	var f attaching
	cmd := &cobra.Command{
		Use:   "attach REPORT [TARGET]",
		Short: "Send what review showed to a ticket, a folder, a mail or a webhook",
		Long: `Send what review showed, and nothing else, to a ticket of ConnectWise PSA: the report becomes an internal note, its
files become documents. --review takes the digest that review printed; if the report was changed since, nothing is sent.
Without it the review is shown and asked about. Nothing is sent twice: attach looks before it sends and before it repeats.

The keys of the API are taken from the settings, by reference. TARGET is the region or host as for run.`,
		Example: "  logindoctor attach report.json --ticket 48213 --review 9f2c41d07a3e\n  logindoctor attach report.json --ticket 48213 --dry-run\n" +
			"  logindoctor attach report.json --folder for-the-vendor -y\n  logindoctor attach report.json --mail report.eml --mail-to support@example.com -y",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return a.attach(cmd.Context(), args, f) },
	}
	s := cmd.Flags()
	s.SortFlags = false
	s.IntVar(&f.ticket, "ticket", 0, "`NUMBER` of the ticket")
	s.StringVar(&f.folder, "folder", "", "write the parcel to a `DIR` instead")
	s.StringVar(&f.mail, "mail", "", "write a mail to a `FILE.eml` instead, to be sent by hand")
	s.StringVar(&f.to, "mail-to", "", "`ADDRESS` of that mail")
	s.BoolVar(&f.webhook, "webhook", false, "post it to the webhook of the settings instead (credentials.webhook.url)")
	s.StringVar(&f.review, "review", "", "`DIGEST` that review printed")
	s.BoolVar(&f.visible, "customer-visible", false, "a note that the customer sees, instead of an internal one")
	s.BoolVar(&f.dryRun, "dry-run", false, "print the calls and make none")
	f.packing.register(s)
	a.flags.run.registerWay(s, &a.flags)
	return cmd
}

func (a *app) attach(ctx context.Context, args []string, f attaching) error {
	if err := f.check(); err != nil {
		return err
	}
	if !f.dryRun && f.review == "" && !a.flags.yes && (a.flags.noInput || !a.inTTY || !a.outTTY) {
		return misuse("attach sends nothing that nobody has looked at.",
			"logindoctor review "+args[0]+"    prints a digest, then:  --review DIGEST    (or -y to do without)")
	}
	p, err := a.pack(ctx, args[0], f.packing)
	if err != nil {
		return err
	}
	if f.review != "" && !p.Is(f.review) {
		return fmt.Errorf("nothing was sent: the parcel is %s now and was %s when it was reviewed; look again with  logindoctor review %s",
			p.Short(), f.review, args[0])
	}
	to, err := a.destination(ctx, args[1:], f, p)
	if err != nil {
		return err
	}
	if f.dryRun {
		_, err := fmt.Fprintf(a.out, "This would be done for %s, digest %s:\n  %s\n", to.Name(), p.Short(), strings.Join(to.Plan(p), "\n  "))
		return err
	}
	if f.review == "" && !a.flags.yes {
		writeReview(a.out, p, to.Name())
		if !a.confirm("Send to " + to.Name() + "?") {
			_, err := fmt.Fprintln(a.out, "Nothing was sent.")
			return err
		}
	}
	done, err := to.Send(ctx, p)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "Sent to %s, digest %s:\n  %s\n", to.Name(), p.Short(), strings.Join(done, "\n  "))
	return err
}

// check refuses all but one destination.
func (f *attaching) check() error {
	n := 0
	for _, given := range []bool{f.ticket > 0, f.folder != "", f.mail != "", f.webhook} {
		if given {
			n++
		}
	}
	switch {
	case n != 1:
		return misuse("attach needs one place to send to.", "--ticket 48213    or:  --folder DIR    --mail FILE.eml    --webhook")
	case f.visible && f.ticket == 0:
		return misuse("--customer-visible goes with --ticket.", "--ticket 48213 --customer-visible")
	case f.to != "" && f.mail == "":
		return misuse("--mail-to goes with --mail.", "--mail report.eml --mail-to "+f.to)
	}
	return nil
}

// confirm asks a question that is answered with no by default.
func (a *app) confirm(question string) bool {
	fmt.Fprintf(a.err, "%s  [y] yes  [N] no: ", question)
	line, _ := bufio.NewReader(a.in).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes"
}

func (a *app) destination(ctx context.Context, target []string, f attaching, p *attach.Parcel) (attach.Destination, error) {
	switch {
	case f.folder != "":
		return attach.Folder{Dir: f.folder}, nil
	case f.mail != "":
		return attach.Mail{Path: f.mail, To: f.to}, nil
	}
	s, err := a.reach(ctx, target, f)
	if err != nil {
		return nil, err
	}
	client, err := newClient(s, p.Report.Demo)
	if err != nil {
		return nil, err
	}
	if f.webhook {
		return webhook(ctx, s, client)
	}
	return a.ticketOf(ctx, s, client, f)
}

// reach makes the way to a destination ready. Only a ticket needs to know the service.
func (a *app) reach(ctx context.Context, target []string, f attaching) (*setup, error) {
	if !f.webhook {
		return a.prepare(ctx, target)
	}
	c, err := a.settings()
	if err != nil {
		return nil, err
	}
	w, err := a.newWorld(c)
	return &setup{world: w}, err
}

// longestCall is how long one call may take; services are slow to take a file.
const longestCall = 90 * time.Second

// newClient speaks HTTP as the chosen world does. It follows nothing, and a demonstration stays on this computer.
func newClient(s *setup, demo bool) (*http.Client, error) {
	roots, err := s.world.Roots()
	if err != nil {
		return nil, err
	}
	t := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		proxy, err := s.world.ProxyFor(ctx, &url.URL{Scheme: "https", Host: address})
		if err != nil {
			return nil, err
		}
		conn, err := s.world.Dial(ctx, network, address, checks.Dialing{Proxy: proxy})
		if err != nil || !demo {
			return conn, err
		}
		if at, ok := conn.RemoteAddr().(*net.TCPAddr); proxy != nil || !ok || !at.IP.IsLoopback() {
			conn.Close()
			return nil, errors.New("this is a report of the lab, and it leaves this computer for nowhere")
		}
		return conn, nil
	}}
	t.TLSClientConfig = &tls.Config{RootCAs: roots}
	return &http.Client{Transport: t, Timeout: longestCall, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, nil
}

// ticketOf finds the API of the company and signs its calls.
func (a *app) ticketOf(ctx context.Context, s *setup, client *http.Client, f attaching) (attach.Destination, error) {
	var api *checks.Subject
	for _, p := range s.target.Pathways {
		api = cmp.Or(api, p.Host(checks.RoleAPI))
	}
	spec := s.target.Product.API
	if api == nil || spec == nil || s.target.Company == "" {
		return nil, misuse("attach needs the company and the keys of its API.",
			"logindoctor init    and set company and credentials.api in the file that it writes")
	}
	secret := map[string]checks.Secret{}
	for _, name := range []string{"api.public_key", "api.private_key", "api.client_id"} {
		v, err := s.world.Secret(ctx, name)
		if err != nil && !(name == "api.client_id" && errors.Is(err, checks.ErrNoSecret)) {
			return nil, misuse(sentence(err.Error()), "logindoctor config check")
		}
		secret[name] = v
	}
	reveal := func(name string) string { return strings.TrimSpace(secret[name].Reveal()) }
	login := s.target.Company + "+" + reveal("api.public_key") + ":" + reveal("api.private_key")
	h := http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(login))}}
	if id := reveal("api.client_id"); id != "" && spec.Header != "" {
		h.Set(spec.Header, id)
	}
	base := strings.ReplaceAll(spec.Base, "{codebase}", codebase(ctx, client, s.target, api, f.dryRun))
	return &attach.Ticket{ID: f.ticket, CustomerVisible: f.visible, Base: api.URL("/" + strings.Trim(base, "/")), Header: h, Client: client}, nil
}

// codebase asks which release the company runs on, because the router to it answers bad keys and missing tickets alike
// (connectwise.md 3.4, A4). Without an answer the router must do.
func codebase(ctx context.Context, client *http.Client, t *checks.Target, api *checks.Subject, dryRun bool) string {
	router := strings.Trim(t.Product.API.Router, "/")
	if t.Product.Company == nil || dryRun {
		return router
	}
	lookup := api.URL("")
	lookup.Path = strings.ReplaceAll(t.Product.Company.Path, "{company}", t.Company)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, lookup.String(), nil)
	if err != nil {
		return router
	}
	res, err := client.Do(r)
	if err != nil {
		return router
	}
	defer res.Body.Close()
	var told struct{ Codebase string }
	if json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(&told) != nil {
		return router
	}
	return cmp.Or(strings.Trim(told.Codebase, "/"), router)
}

// webhook reads the address, which is a secret.
func webhook(ctx context.Context, s *setup, client *http.Client) (attach.Destination, error) {
	address, err := s.world.Secret(ctx, "webhook.url")
	if err != nil {
		return nil, misuse(sentence(err.Error()), "set credentials.webhook.url in the settings, for example to env:HOOK_URL")
	}
	u, err := url.Parse(strings.TrimSpace(address.Reveal()))
	if err != nil || u.Host == "" || u.Scheme != "https" {
		return nil, misuse("The address of the webhook does not begin with https.", "logindoctor config check")
	}
	return attach.Webhook{URL: u.String(), Host: u.Host, Client: client}, nil
}
