package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"logindoctor/fixtures"
	"logindoctor/report"
)

// chaosRuns is how many runs TestBrowserChaos makes; LOGINDOCTOR_CHAOS names another number.
const chaosRuns = 20

// A blow is what happens to a process of a run, and when.
type blow struct {
	victim string // browser, page or child
	signal syscall.Signal
	line   int           // of the trace, at which it falls
	after  time.Duration // and how long after it
	budget string        // of the run
}

// TestBrowserChaos kills or stops the browser, a page of it or the process that drives it, at random steps of runs that
// walk two pathways in a healthy world. Each run must end with a valid report in which a pathway works or is unknown, and
// leave no process and no folder.
func TestBrowserChaos(t *testing.T) {
	runs := chaosRuns
	if n, err := strconv.Atoi(os.Getenv("LOGINDOCTOR_CHAOS")); err == nil {
		runs = n
	}
	w := start(t, "A world in which everybody gets in.\n-- world --\n-- want --\nprimary none\n", fixtures.Options{})
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	blows := make(chan blow, runs)
	for n := range runs {
		blows <- blow{victim: []string{"browser", "page", "child"}[n%3], signal: []syscall.Signal{syscall.SIGKILL, syscall.SIGSTOP}[n/3%2],
			line: 1 + random.IntN(25), after: time.Duration(random.Int64N(int64(50 * time.Millisecond))), budget: []string{"15s", "40s"}[n/chaosRuns%2]}
	}
	close(blows)
	var mu sync.Mutex
	tally := map[string]int{}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for b := range blows {
				what := b.strike(t, w)
				mu.Lock()
				tally[what]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for _, what := range slices.Sorted(maps.Keys(tally)) {
		t.Logf("%3d %s", tally[what], what)
	}
}

// strike makes one run and returns what came of it, in words.
func (b blow) strike(t *testing.T, w *fixtures.World) string {
	folder, err := os.MkdirTemp("", "chaos")
	if err != nil {
		t.Error(err)
		return "not run"
	}
	defer os.RemoveAll(folder)
	path, err := exec.LookPath("logindoctor")
	if err != nil {
		t.Error(err)
		return "not run"
	}
	cmd := exec.Command(path, append([]string{"run", "--trace", "--pathway", "web-sso", "--pathway", "portal", "--timeout", b.budget, "-o", "json"}, w.Args()...)...)
	cmd.Env = append(bareEnvironment(), "TMPDIR="+folder)
	var out, trouble bytes.Buffer
	cmd.Stdout = &out
	trace, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Error(err)
		return "not run"
	}
	hit := false
	lines := bufio.NewScanner(trace)
	for n := 1; lines.Scan(); n++ {
		fmt.Fprintln(&trouble, lines.Text())
		if n >= b.line && !hit {
			time.Sleep(b.after)
			hit = b.fall(cmd.Process.Pid)
			fmt.Fprintln(&trouble, "-- now --")
		}
	}
	err = cmd.Wait()
	what := fmt.Sprintf("%s %s: ", b.victim, map[syscall.Signal]string{syscall.SIGKILL: "killed", syscall.SIGSTOP: "stopped"}[b.signal])
	if !hit {
		what = "missed: "
	}
	var r report.Report
	if json.Unmarshal(out.Bytes(), &r) != nil || len(r.Pathways) == 0 {
		t.Errorf("%sno report, %v\n%s%s", what, err, out.Bytes(), trouble.Bytes())
		return what + "no report"
	}
	document, _ := compiled(t)
	validate(t, document, out.Bytes(), nil)
	var states []string
	for _, p := range r.Pathways {
		states = append(states, p.State)
		if p.State != report.OK && p.State != report.Unknown {
			t.Errorf("%sat line %d: %s is %s\n%s", what, b.line, p.ID, p.State, trouble.Bytes())
			for _, c := range r.Checks {
				if c.State == "fail" || c.State == "error" || c.State == "warn" {
					t.Logf("%s %s %s %v", c.ID, c.State, c.Reason, c.Findings)
				}
			}
		}
	}
	for _, pid := range namers(folder) {
		t.Errorf("%sprocess %d is left", what, pid)
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) > 0 {
		t.Errorf("%sleft behind: %v", what, left)
	}
	slices.Sort(states)
	return what + strings.Join(states, ", ")
}

// fall hits one of the victims; it reports false if there is none.
func (b blow) fall(run int) bool {
	victims := descendants(run)[b.victim]
	return len(victims) > 0 && syscall.Kill(victims[rand.IntN(len(victims))], b.signal) == nil
}

// descendants sorts the processes below one by what they are to a run.
func descendants(run int) map[string][]int {
	parents := map[int]int{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		stat, _ := os.ReadFile(file) // a process may end meanwhile
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])); len(fields) > 1 {
			parents[pid], _ = strconv.Atoi(fields[1])
		}
	}
	kinds := map[string][]int{}
	for pid := range parents {
		if !descends(parents, pid, run) {
			continue
		}
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		switch text := string(line); {
		case strings.HasSuffix(text, "\x00__page\x00"):
			kinds["child"] = append(kinds["child"], pid)
		case strings.Contains(text, "--type=renderer"):
			kinds["page"] = append(kinds["page"], pid)
		case strings.Contains(text, "--remote-debugging-pipe") && !strings.Contains(text, "--type=") && !strings.HasPrefix(text, "/bin/sh"):
			kinds["browser"] = append(kinds["browser"], pid)
		}
	}
	return kinds
}

// descends reports whether a process was started by another, or by one that was.
func descends(parents map[int]int, pid, from int) bool {
	for range 10 {
		if pid = parents[pid]; pid == from {
			return true
		}
	}
	return false
}

// namers lists the processes that know a folder.
func namers(folder string) []int {
	var all []int
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		text, _ := os.ReadFile(file)
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil && bytes.Contains(text, []byte(folder)) {
			all = append(all, pid)
		}
	}
	return all
}
