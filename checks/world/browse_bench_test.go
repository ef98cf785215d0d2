package world

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// benchLogin is the address of a login form, LOGINDOCTOR_BENCH_LOGIN or one of our own: fields #user and #pass, button #go,
// and #landing for alice with the password secret.
func benchLogin(b *testing.B) string {
	if at := os.Getenv("LOGINDOCTOR_BENCH_LOGIN"); at != "" {
		return at
	}
	mux := http.NewServeMux()
	mux.Handle("GET /login", html(`<form method=post action=/login><input id=user name=user><input id=pass name=pass type=password><button id=go>Sign in</button></form>`))
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("user") == "alice" && r.FormValue("pass") == "secret" {
			http.Redirect(w, r, "/landing", http.StatusSeeOther)
		}
	})
	mux.Handle("GET /landing", html(`<h1 id=landing>Welcome</h1>`))
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	return server.URL + "/login"
}

// benchWorld is this computer as it is, with the browser that comes first, the headless shell.
func benchWorld(b *testing.B) *World {
	w, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(w.Close)
	return w
}

func flow(b *testing.B, w *World, at string) {
	events, err := w.Browse(b.Context(), checks.Script{Name: "bench", Steps: []checks.Step{
		{Name: "open", Do: checks.DoOpen, URL: at}, {Name: "user", Do: checks.DoFill, Any: []string{"#user"}, Value: "alice"},
		{Name: "pass", Do: checks.DoFill, Any: []string{"#pass"}, Secret: checks.NewSecret("secret")},
		{Name: "go", Do: checks.DoPress, Any: []string{"#go"}}, {Name: "landing", Do: checks.DoWait, Any: []string{"#landing"}},
		{Name: "picture", Do: checks.DoShot},
	}})
	if err != nil {
		b.Fatal(err)
	}
	if end := page.Collect(events).End(); end.Outcome != checks.OutcomeDone {
		b.Fatalf("end %+v", end)
	}
}

// The flow is that of other drivers in a context of its own: open, fill two fields, press, wait for the next page, one picture.
// Figures count as ratios to a driver that is measured in turn, nine rounds or more, against the same page over HTTPS
// (its authority in the store of HOME, see storeRoots):
//
//	go test -c -o T/world.test ./checks/world
//	HOME=T/home LOGINDOCTOR_BENCH_LOGIN=https://127.0.0.2:8443/login T/world.test -test.run '^$' -test.bench BrowseWarm -test.benchtime 15x

// BenchmarkBrowseCold starts a browser for each flow.
func BenchmarkBrowseCold(b *testing.B) {
	at := benchLogin(b)
	for b.Loop() {
		w := benchWorld(b)
		flow(b, w, at)
		w.Close()
	}
}

// BenchmarkBrowseWarm walks flows in contexts of their own, one after the other.
func BenchmarkBrowseWarm(b *testing.B) {
	at, w := benchLogin(b), benchWorld(b)
	flow(b, w, at)
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		flow(b, w, at)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
}

// BenchmarkBrowseTwo walks two flows at once.
func BenchmarkBrowseTwo(b *testing.B) {
	at, w := benchLogin(b), benchWorld(b)
	flow(b, w, at)
	b.SetParallelism(1)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			flow(b, w, at)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "flows/s")
}
