package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"logindoctor/checks"
)

// clockWorld is a World of which toy checks only use the clock.
type clockWorld struct{ checks.World }

func (clockWorld) Now() time.Time { return time.Now() }

type runFunc = func(context.Context, *checks.Pass) (any, error)

var (
	broken   = &checks.Code{ID: "LD9001", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	limping  = &checks.Code{ID: "LD9002", Impact: checks.Degrading, Owner: checks.OwnerVendor}
	programs = &checks.Code{ID: "LD9003", Impact: checks.Blocking, Owner: checks.OwnerVendor, Hits: checks.Programs}
)

func toy(id string, scope checks.Scope, run runFunc, requires ...*checks.Check) *checks.Check {
	return &checks.Check{ID: id, Scope: scope, Run: run, Requires: requires,
		Codes: []*checks.Code{broken, limping, programs}}
}

func passes(context.Context, *checks.Pass) (any, error) { return "ok", nil }

// failsOn breaks one host and passes the others.
func failsOn(host string, code *checks.Code) runFunc {
	return func(_ context.Context, p *checks.Pass) (any, error) {
		if p.Subject != nil && p.Subject.Host == host {
			p.Report(code, checks.Likely)
		}
		return "ok", nil
	}
}

func target() *checks.Target {
	web := &checks.Subject{Host: "web", Port: 443, Role: checks.RoleWeb}
	api := &checks.Subject{Host: "api", Port: 443, Role: checks.RoleAPI}
	return &checks.Target{
		Pathways: []*checks.Pathway{
			{ID: "sso", Client: checks.Browsers, Door: checks.DoorSSO, Subjects: []*checks.Subject{web}},
			{ID: "api", Client: checks.Programs, Door: checks.DoorAPI, Subjects: []*checks.Subject{api}},
		},
		Controls: []*checks.Subject{{Host: "control", Port: 443, Role: checks.RoleControl}},
	}
}

// run applies checks in a bubble of fake time.
func run(t *testing.T, o Options) *checks.Run {
	t.Helper()
	var r *checks.Run
	synctest.Test(t, func(t *testing.T) {
		r = Run(t.Context(), withDefaults(o))
		time.Sleep(2 * time.Hour) // a check that was left behind must end before the bubble does
	})
	return r
}

func withDefaults(o Options) Options {
	o.World = clockWorld{}
	if o.Target == nil {
		o.Target = target()
	}
	return o
}

// table writes states as "id=state" lines, with what blocks a node.
func table(r *checks.Run) string {
	var b strings.Builder
	for _, n := range r.Nodes {
		fmt.Fprintf(&b, "%s=%s", n.ID, n.State)
		if len(n.BlockedBy) > 0 {
			fmt.Fprintf(&b, " by %s", strings.Join(n.BlockedBy, ","))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func want(t *testing.T, r *checks.Run, lines ...string) {
	t.Helper()
	if got, want := table(r), strings.Join(lines, "\n")+"\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestFailureBlocksItsSubjectOnly(t *testing.T) {
	dns := toy("dns.a", checks.PerHost, failsOn("api", broken))
	tcp := toy("tcp.a", checks.PerHost, passes, dns)
	login := toy("login.a", checks.PerPathway, passes, tcp)
	r := run(t, Options{Checks: []*checks.Check{login, tcp, dns}})
	want(t, r,
		"dns.a@api=fail", "dns.a@control=pass", "dns.a@web=pass",
		"tcp.a@api=blocked by dns.a@api", "tcp.a@control=pass", "tcp.a@web=pass",
		"login.a@api=blocked by dns.a@api", "login.a@sso=pass")
}

func TestBlockedOnlyForTheClientThatIsHit(t *testing.T) {
	tls := toy("tls.a", checks.PerHost, func(_ context.Context, p *checks.Pass) (any, error) {
		p.Report(programs, checks.Likely)
		return nil, nil
	})
	login := toy("login.a", checks.PerPathway, passes, tls)
	r := run(t, Options{Checks: []*checks.Check{tls, login}})
	want(t, r, "tls.a@api=fail", "tls.a@control=fail", "tls.a@web=fail",
		"login.a@api=blocked by tls.a@api", "login.a@sso=pass")
}

func TestUsesNeverBlocksAndErrorsDo(t *testing.T) {
	clock := toy("machine.a", checks.Once, func(context.Context, *checks.Pass) (any, error) {
		return nil, errors.New("no clock")
	})
	soft := toy("tls.a", checks.Once, passes)
	soft.Uses = []*checks.Check{clock}
	hard := toy("web.a", checks.Once, passes, clock)
	r := run(t, Options{Checks: []*checks.Check{clock, soft, hard}})
	want(t, r, "machine.a=error", "tls.a=pass", "web.a=blocked by machine.a")
}

func TestPanicHangSkipAndUndeclared(t *testing.T) {
	cases := map[string]struct {
		run   runFunc
		state checks.State
		why   string
	}{
		"panic": {func(context.Context, *checks.Pass) (any, error) { panic("boom") }, checks.Errored, "panicked: boom"},
		"hang":  {func(context.Context, *checks.Pass) (any, error) { time.Sleep(time.Hour); return nil, nil }, checks.Errored, "left behind"},
		"skip":  {func(context.Context, *checks.Pass) (any, error) { return nil, checks.Skip("no %s", "key") }, checks.Skipped, "no key"},
		"code": {func(_ context.Context, p *checks.Pass) (any, error) {
			p.Report(&checks.Code{ID: "LD9999", Impact: checks.Info}, checks.Likely)
			return nil, nil
		}, checks.Errored, "LD9999"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := run(t, Options{Checks: []*checks.Check{toy("dns.a", checks.Once, c.run)}})
			if n := r.Nodes[0]; n.State != c.state || !strings.Contains(n.Reason, c.why) {
				t.Errorf("got %s %q, want %s with %q", n.State, n.Reason, c.state, c.why)
			}
		})
	}
}

func TestReach(t *testing.T) {
	dns := toy("dns.a", checks.PerHost, failsOn("idp2", broken))
	web := toy("web.a", checks.PerHost, passes, dns)
	hops := toy("idp.a", checks.PerPathway, func(ctx context.Context, p *checks.Pass) (any, error) {
		for _, h := range []string{"idp1", "idp1", "idp2"} {
			if _, err := p.Reach(ctx, &checks.Subject{Host: h, Port: 443, Role: checks.RoleIDP}, web); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}, web)
	hops.Doors = []checks.Door{checks.DoorSSO}
	login := toy("login.a", checks.PerPathway, passes, hops)
	for _, slots := range []int{1, 2, 8} {
		t.Run(fmt.Sprint(slots), func(t *testing.T) {
			r := run(t, Options{Checks: []*checks.Check{dns, web, hops, login}, Slots: slots})
			want(t, r, "dns.a@api=pass", "dns.a@control=pass", "dns.a@idp1=pass", "dns.a@idp2=fail", "dns.a@web=pass",
				"web.a@api=pass", "web.a@control=pass", "web.a@idp1=pass", "web.a@idp2=blocked by dns.a@idp2", "web.a@web=pass",
				"idp.a@sso=blocked by dns.a@idp2",
				"login.a@api=pass", "login.a@sso=blocked by dns.a@idp2")
			if way := r.Ways["sso"]; len(way) != 3 || way[2].Host != "idp2" {
				t.Errorf("way of sso is %v", way)
			}
		})
	}
}

func TestHostMetOnTheWayOutlivesTheCheckThatMetIt(t *testing.T) {
	dns := toy("dns.a", checks.PerHost, passes)
	web := toy("web.a", checks.PerHost, func(ctx context.Context, p *checks.Pass) (any, error) {
		select {
		case <-time.After(5 * time.Second):
			return "ok", nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}, dns)
	hops := toy("idp.a", checks.PerPathway, func(ctx context.Context, p *checks.Pass) (any, error) {
		return p.Reach(ctx, &checks.Subject{Host: "idp", Port: 443, Role: checks.RoleIDP}, dns)
	})
	hops.Doors = []checks.Door{checks.DoorSSO}
	r := run(t, Options{Checks: []*checks.Check{dns, web, hops}})
	want(t, r, "dns.a@api=pass", "dns.a@control=pass", "dns.a@idp=pass", "dns.a@web=pass",
		"idp.a@sso=pass",
		"web.a@api=pass", "web.a@control=pass", "web.a@idp=pass", "web.a@web=pass")
}

func TestReachOfWhatWaitsForTheCallerIsAnError(t *testing.T) {
	var proxy *checks.Check
	tcp := &checks.Check{ID: "tcp.a", Scope: checks.PerHost, Run: passes}
	proxy = toy("machine.a", checks.Once, func(ctx context.Context, p *checks.Pass) (any, error) {
		return p.Reach(ctx, &checks.Subject{Host: "gw", Port: 8080, Role: checks.RoleProxy}, tcp)
	})
	tcp.Uses = []*checks.Check{proxy}
	r := run(t, Options{Checks: []*checks.Check{tcp, proxy}})
	if n := r.Nodes[0]; n.State != checks.Errored || !strings.Contains(n.Reason, "cannot wait for") {
		t.Errorf("got %s %q", n.State, n.Reason)
	}
}

func TestSlotOfACheckLeftBehindInReach(t *testing.T) {
	never := toy("dns.a", checks.PerHost, func(context.Context, *checks.Pass) (any, error) { time.Sleep(time.Minute); return nil, nil })
	never.Timeout = time.Hour
	hops := toy("idp.a", checks.PerPathway, func(_ context.Context, p *checks.Pass) (any, error) {
		return p.Reach(context.Background(), &checks.Subject{Host: "idp", Port: 443, Role: checks.RoleIDP}, never)
	})
	hops.Timeout = time.Second
	after := toy("login.a", checks.PerPathway, passes)
	after.Uses = []*checks.Check{hops}
	r := run(t, Options{Checks: []*checks.Check{never, hops, after}, Slots: 1})
	got := table(r) // who comes second may find the host looked at
	behind := strings.Contains(got, "idp.a@api=error") || strings.Contains(got, "idp.a@sso=error")
	if !behind || !strings.Contains(got, "login.a@api=pass") || !strings.Contains(got, "login.a@sso=pass") {
		t.Error(got)
	}
}

func TestLateCheckSeesEveryHost(t *testing.T) {
	web := toy("web.a", checks.PerHost, passes)
	hops := toy("idp.a", checks.PerPathway, func(ctx context.Context, p *checks.Pass) (any, error) {
		time.Sleep(time.Second)
		return p.Reach(ctx, &checks.Subject{Host: "idp-" + p.Pathway.ID, Port: 443, Role: checks.RoleIDP}, web)
	})
	var seen int
	late := toy("tls.a", checks.Once, func(_ context.Context, p *checks.Pass) (any, error) {
		seen = len(p.Outcomes(web))
		return nil, nil
	})
	late.Uses = []*checks.Check{web}
	run(t, Options{Checks: []*checks.Check{web, hops, late}})
	if seen != 5 {
		t.Errorf("the late check saw %d hosts, want 5", seen)
	}
}

func TestConfirm(t *testing.T) {
	cases := map[string]struct {
		failures int32 // applications of the check that fail, from the first on
		silent   bool
		state    checks.State
		calls    int32
		agreed   bool
	}{
		"agrees":       {2, false, checks.Failed, 2, true},
		"disagrees":    {1, false, checks.Warned, 2, false},
		"not silence":  {2, true, checks.Failed, 1, false},
		"nothing seen": {0, false, checks.Passed, 1, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var calls, dials atomic.Int32
			dial := toy("tcp.a", checks.PerHost, func(context.Context, *checks.Pass) (any, error) { return dials.Add(1), nil })
			hello := toy("tls.a", checks.PerHost, func(_ context.Context, p *checks.Pass) (any, error) {
				n, _ := checks.ResultOf[int32](p, dial)
				if calls.Add(1); n != calls.Load() {
					t.Errorf("application %d got the connection of dial %d", calls.Load(), n)
				}
				if calls.Load() <= c.failures {
					if f := p.Report(broken, checks.Likely); c.silent {
						f.FromSilence()
					}
				}
				return "hello", nil
			}, dial)
			dial.Roles, hello.Roles = []checks.Role{checks.RoleWeb}, []checks.Role{checks.RoleWeb}
			r := run(t, Options{Checks: []*checks.Check{dial, hello}})
			n := r.Nodes[1]
			if n.State != c.state || calls.Load() != c.calls || n.Agreed != c.agreed {
				t.Errorf("got %s after %d calls, agreed %v", n.State, calls.Load(), n.Agreed)
			}
		})
	}
}

func TestConfirmAWalk(t *testing.T) {
	passing := &checks.Code{ID: "LD9004", Impact: checks.Blocking, Owner: checks.OwnerVendor, MayPass: true}
	for name, c := range map[string]struct {
		codes    []*checks.Code
		failures int
		spent    bool
		state    checks.State
		walks    int
		depth    checks.Depth
	}{
		"it passes":           {[]*checks.Code{passing}, 1, false, checks.Warned, 2, checks.DepthPage},
		"it lasts":            {[]*checks.Code{passing}, 2, false, checks.Failed, 2, 0},
		"an attempt is spent": {[]*checks.Code{passing}, 1, true, checks.Failed, 1, 0},
		"it cannot pass":      {[]*checks.Code{broken}, 1, false, checks.Failed, 1, 0},
		"one of two can pass": {[]*checks.Code{passing, broken}, 1, false, checks.Failed, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			walks := 0
			walk := toy("login.a", checks.PerPathway, func(_ context.Context, p *checks.Pass) (any, error) {
				if walks++; walks > c.failures {
					p.Reached(checks.DepthPage)
					p.Report(limping, checks.Likely).On(p.Pathway.Subjects[0])
					return nil, nil
				}
				for _, code := range c.codes {
					p.Report(code, checks.Likely).On(p.Pathway.Subjects[0])
				}
				p.Spent = c.spent
				return nil, nil
			})
			walk.Doors = []checks.Door{checks.DoorSSO}
			walk.Needs, walk.Codes = checks.NeedsBrowser|checks.NeedsAccount, append(walk.Codes, passing)
			n := run(t, Options{Checks: []*checks.Check{walk}}).Nodes[0]
			if told := len(n.Findings) > len(c.codes); told != (c.depth > 0) {
				t.Errorf("of the second walk was told: %v", told)
			}
			if n.State != c.state || walks != c.walks || n.Depth != c.depth {
				t.Errorf("%s at depth %v after %d walks, want %s at %v after %d", n.State, n.Depth, walks, c.state, c.depth, c.walks)
			}
		})
	}
}

func TestOneAccountIsUsedByOneNodeAfterTheOther(t *testing.T) {
	for _, row := range []struct {
		login bool
		most  int
	}{{true, 1}, {false, 2}} {
		var mu sync.Mutex
		at, most := 0, 0
		come := func(n int) {
			mu.Lock()
			defer mu.Unlock()
			at += n
			most = max(most, at)
		}
		login := toy("login.a", checks.PerPathway, func(context.Context, *checks.Pass) (any, error) {
			come(1)
			time.Sleep(time.Second)
			come(-1)
			return 1, nil
		})
		login.Needs = checks.NeedsAccount
		tg := target()
		tg.Login = row.login
		tg.Pathways[1].Door = checks.DoorHome // the same account as sso
		run(t, Options{Checks: []*checks.Check{login}, Target: tg})
		if most != row.most {
			t.Errorf("login %v: %d at once, want %d", row.login, most, row.most)
		}
	}
}

func TestWhatAnotherPathwayEstablishedIsWaitedFor(t *testing.T) {
	facts := toy("app.a", checks.PerPathway, func(context.Context, *checks.Pass) (any, error) {
		time.Sleep(time.Second)
		return "known", nil
	})
	login := toy("login.a", checks.PerPathway, func(_ context.Context, p *checks.Pass) (any, error) {
		if got, ok := checks.ResultOf[string](p, facts); !ok || got != "known" {
			p.Report(broken, checks.Likely)
		}
		return nil, nil
	})
	tg := target()
	facts.Shared, facts.Doors, login.Doors, login.Uses = true, []checks.Door{tg.Pathways[1].Door}, []checks.Door{tg.Pathways[0].Door}, []*checks.Check{facts}
	if tg.Pathways[0].Door == tg.Pathways[1].Door {
		t.Fatal("the target has one door only")
	}
	want(t, run(t, Options{Checks: []*checks.Check{facts, login}, Target: tg}),
		"app.a@"+tg.Pathways[1].ID+"=pass", "login.a@"+tg.Pathways[0].ID+"=pass")
}

func TestASkipMayLeaveTheWayOpen(t *testing.T) {
	for open, want1 := range map[bool]string{true: "pass", false: "skipped"} {
		first := toy("web.a", checks.Once, func(context.Context, *checks.Pass) (any, error) {
			return nil, &checks.SkipError{Reason: "Nothing there.", Open: open}
		})
		then := toy("web.b", checks.Once, passes, first)
		want(t, run(t, Options{Checks: []*checks.Check{first, then}}), "web.a=skipped", "web.b="+want1)
	}
}

func TestOnlyAndSkip(t *testing.T) {
	dns := toy("dns.a", checks.Once, passes)
	tcp := toy("tcp.a", checks.Once, passes, dns)
	web := toy("web.a", checks.Once, passes, tcp)
	all := []*checks.Check{dns, tcp, web}
	want(t, run(t, Options{Checks: all, Only: []string{"tcp.a"}}), "dns.a=pass", "tcp.a=pass", "web.a=skipped")
	want(t, run(t, Options{Checks: all, Skip: []string{"tcp.a"}}), "dns.a=pass", "tcp.a=skipped", "web.a=skipped")
}

func TestQuickWalksNoBrowserButAsksAboutHosts(t *testing.T) {
	host := toy("tls.a", checks.PerHost, passes)
	walk := toy("login.a", checks.PerPathway, passes)
	host.Needs, walk.Needs = checks.NeedsBrowser, checks.NeedsBrowser
	r := run(t, Options{Checks: []*checks.Check{host, walk}, Level: checks.LevelQuick})
	want(t, r,
		"login.a@api=skipped", "login.a@sso=skipped",
		"tls.a@api=pass", "tls.a@control=pass", "tls.a@web=pass")
}

func TestStoppedRunIsIncompleteAndNotFine(t *testing.T) {
	slow := toy("dns.a", checks.Once, func(ctx context.Context, _ *checks.Pass) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	next := toy("tcp.a", checks.Once, passes, slow)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := Run(ctx, withDefaults(Options{Checks: []*checks.Check{slow, next}}))
		want(t, r, "dns.a=error", "tcp.a=error")
		if r.Complete {
			t.Error("the run says that it is complete")
		}
	})
}

func TestFailureOfAStoppedRunIsTakenBack(t *testing.T) {
	silent := toy("dns.a", checks.Once, func(ctx context.Context, p *checks.Pass) (any, error) {
		<-ctx.Done()
		p.Report(broken, checks.Likely).FromSilence()
		return nil, nil
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := Run(ctx, withDefaults(Options{Checks: []*checks.Check{silent}}))
		if want(t, r, "dns.a=error"); len(r.Nodes[0].Findings) != 0 {
			t.Errorf("findings %v", r.Nodes[0].Findings)
		}
	})
}

type handle struct{ closed *atomic.Int32 }

func (h handle) Close() error { h.closed.Add(1); return nil }

func TestResultsAreClosedAtTheEnd(t *testing.T) {
	var closed atomic.Int32
	dial := toy("tcp.a", checks.PerHost, func(context.Context, *checks.Pass) (any, error) { return handle{&closed}, nil })
	run(t, Options{Checks: []*checks.Check{dial}})
	if closed.Load() != 3 {
		t.Errorf("%d results closed, want 3", closed.Load())
	}
}

// BenchmarkRunner drives 10,000 toy nodes: five checks in a row over 2,000 hosts.
func BenchmarkRunner(b *testing.B) {
	var list []*checks.Check
	for i, stage := range []string{"dns", "tcp", "tls", "web", "app"} {
		c := toy(stage+".a", checks.PerHost, passes)
		if i > 0 {
			c.Requires = []*checks.Check{list[i-1]}
		}
		list = append(list, c)
	}
	p := &checks.Pathway{ID: "sso", Client: checks.Programs}
	for i := range 2000 {
		p.Subjects = append(p.Subjects, &checks.Subject{Host: fmt.Sprint("h", i), Port: 443, Role: checks.RoleWeb})
	}
	o := Options{World: clockWorld{}, Checks: list, Target: &checks.Target{Pathways: []*checks.Pathway{p}}}
	for b.Loop() {
		if r := Run(b.Context(), o); len(r.Nodes) != 10_000 {
			b.Fatalf("%d nodes", len(r.Nodes))
		}
	}
}
