package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"logindoctor/fixtures"
)

// recipe returns the printed lines below a heading of the recipes, without their indentation.
func recipe(t *testing.T, heading string) []string {
	t.Helper()
	_, text, ok := strings.Cut(schedules, "\n"+heading+"\n")
	if !ok {
		t.Fatalf("there is no recipe %q", heading)
	}
	text, _, _ = regexpCut(text, "\n\n[A-Z]")
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if printed, ok := strings.CutPrefix(line, "    "); ok {
			lines = append(lines, printed)
		} else if line == "" {
			lines = append(lines, "")
		}
	}
	return lines
}

func regexpCut(s, pattern string) (before, after string, found bool) {
	at := regexp.MustCompile(pattern).FindStringIndex(s)
	if at == nil {
		return s, "", false
	}
	return s[:at[0]], s[at[1]:], true
}

// A place is a computer on which recipes are tried: a world in which the program runs, and folders of its own.
type place struct{ dir string }

// newPlace puts programs into a folder that run the real one in a world.
func newPlace(t *testing.T, scenario string) place {
	t.Helper()
	w := start(t, scenario, fixtures.Options{})
	args := w.Args()
	flags := shellJoin(append(args[:len(args)-1:len(args)-1], "--pathway", "api", "--level", "quick"))
	p := place{t.TempDir()}
	for _, name := range []string{"logindoctor", "check_logindoctor"} {
		real, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		script := fmt.Sprintf("#!/bin/sh\n[ \"$1\" = history ] && exec %s \"$@\"\nexec %s \"$@\" %s\n", real, real, flags)
		p.write(t, name, script)
	}
	return p
}

func (p place) write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(p.dir, name)
	if err := os.WriteFile(file, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

// local puts the folders of this place where a recipe names those of a real one.
func (p place) local(text string) string {
	for _, folder := range []string{"/usr/local/bin", "/usr/lib/nagios/plugins", "/var/lib/node_exporter/textfile", "/dev/termination-log"} {
		to := p.dir
		if filepath.Base(folder) == "termination-log" {
			to = filepath.Join(p.dir, "termination-log")
		}
		text = strings.ReplaceAll(text, folder, to)
	}
	return strings.ReplaceAll(text, "--exit-codes nsight", "--exit-codes binary") // its numbers fit on Windows only
}

// try runs a line as a shell does.
func (p place) try(t *testing.T, line string, code int) (stdout, stderr string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", p.local(line))
	cmd.Dir = p.dir
	cmd.Env = append(bareEnvironment(), "LOGINDOCTOR_HISTORY="+filepath.Join(p.dir, "history.db"), "PATH="+p.dir+":"+os.Getenv("PATH"))
	var out, trouble strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &trouble
	err := cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("%s: exit code %d, want %d (%v)\n%s%s", line, got, code, err, &out, &trouble)
	}
	return out.String(), trouble.String()
}

func (p place) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var cronLine = regexp.MustCompile(`^\*/10 \* \* \* \* ([^%]+)$`) // a per cent sign would be a line feed, crontab(5)

func TestCronRecipes(t *testing.T) {
	good, bad := newPlace(t, goodAPI), newPlace(t, brokenAPI)
	tried := 0
	for _, heading := range []string{"CRON", "NODE_EXPORTER, WINDOWS_EXPORTER"} {
		for _, line := range recipe(t, heading) {
			if line == "" {
				continue
			}
			command := line
			if m := cronLine.FindStringSubmatch(line); m != nil {
				command = m[1]
			}
			tried++
			out, trouble := good.try(t, command, 0)
			if out+trouble != "" {
				t.Errorf("%s: a mail while all is well: %s%s", line, out, trouble)
			}
			if out, _ := bad.try(t, command, 2); strings.Contains(command, "-qq") && !strings.HasPrefix(out, "BROKEN. LD2101. ") {
				t.Errorf("%s: no mail when it is broken: %s", line, out)
			}
		}
	}
	for _, name := range []string{"logindoctor.prom", `C:\Program Files\windows_exporter\textfile_inputs\logindoctor.prom`} {
		if text := good.read(t, name); !strings.Contains(text, `verdict="ok"} 1`) || !strings.HasSuffix(text, "\n") {
			t.Errorf("%s: %s", name, text)
		}
	}
	if tried != 3 {
		t.Errorf("%d lines were tried", tried)
	}
}

func TestSystemdRecipe(t *testing.T) {
	p := newPlace(t, brokenAPI)
	units := map[string]string{}
	name := ""
	for _, line := range recipe(t, "SYSTEMD") {
		if file, ok := strings.CutPrefix(line, "# /etc/systemd/system/"); ok {
			name = file
		} else if name != "" {
			units[name] += p.local(line) + "\n"
		}
	}
	var files []string
	for name, text := range units {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if path, err := exec.LookPath("systemd-analyze"); err == nil {
		if said, err := exec.Command(path, append([]string{"verify"}, files...)...).CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("systemd-analyze: %v\n%s", err, said)
		}
	}
	service := units["logindoctor.service"]
	_, command, _ := strings.Cut(service, "ExecStart=")
	command, _, _ = strings.Cut(command, "\n")
	if out, _ := p.try(t, command, 2); !strings.HasPrefix(out, "BROKEN. LD2101. ") {
		t.Errorf("the journal says %s", out)
	}
	var seconds int
	if _, after, ok := strings.Cut(service, "TimeoutStartSec="); !ok || !strings.Contains(service, "\nSuccessExitStatus=1\n") {
		t.Errorf("service:\n%s", service)
	} else if fmt.Sscan(after, &seconds); time.Duration(seconds)*time.Second <= budgetBrowser {
		t.Errorf("the unit is ended after %d s, a run may take %v", seconds, budgetBrowser)
	}
	if len(units) != 2 || !strings.Contains(units["logindoctor.timer"], "OnCalendar=*:0/10") {
		t.Errorf("units are %v", units)
	}
}

func TestTaskSchedulerRecipe(t *testing.T) {
	line := strings.TrimSpace(strings.Join(recipe(t, "WINDOWS TASK SCHEDULER"), ""))
	m := regexp.MustCompile(`^schtasks /Create /TN logindoctor /SC MINUTE /MO 15 /IT /TR "(\\"C:.*logindoctor\.exe\\" run .*)"$`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("the line is %s", line)
	}
	if len(m[1]) > 261 { // schtasks: "the value of the /TR option may not be more than 261 characters"
		t.Errorf("%d characters", len(m[1]))
	}
	command := strings.ReplaceAll(m[1], `\"C:\Program Files\logindoctor\logindoctor.exe\"`, "logindoctor")
	if out, trouble := newPlace(t, brokenAPI).try(t, command, 1); out+trouble != "" {
		t.Errorf("said %s%s", out, trouble)
	}
}

func TestKubernetesRecipe(t *testing.T) {
	var job struct {
		Kind string
		Spec struct {
			ConcurrencyPolicy string `yaml:"concurrencyPolicy"`
			JobTemplate       struct {
				Spec struct {
					BackoffLimit          *int `yaml:"backoffLimit"`
					ActiveDeadlineSeconds int  `yaml:"activeDeadlineSeconds"`
					Template              struct {
						Spec struct {
							RestartPolicy string `yaml:"restartPolicy"`
							Containers    []struct{ Args []string }
						}
					}
				}
			} `yaml:"jobTemplate"`
		}
	}
	if err := yaml.Unmarshal([]byte(strings.Join(recipe(t, "KUBERNETES"), "\n")), &job); err != nil {
		t.Fatal(err)
	}
	spec := job.Spec.JobTemplate.Spec
	if job.Kind != "CronJob" || job.Spec.ConcurrencyPolicy != "Forbid" || spec.BackoffLimit == nil || *spec.BackoffLimit != 0 ||
		spec.Template.Spec.RestartPolicy != "Never" || time.Duration(spec.ActiveDeadlineSeconds)*time.Second <= budgetBrowser {
		t.Errorf("the job is %+v", job)
	}
	p := newPlace(t, brokenAPI)
	p.write(t, "termination-log", "") // the runtime puts it there
	out, trouble := p.try(t, shellJoin(append([]string{"logindoctor"}, spec.Template.Spec.Containers[0].Args...)), 1)
	said := p.read(t, "termination-log")
	if !strings.HasPrefix(out, "{") || trouble != "" || !strings.HasPrefix(said, "BROKEN. ") || len(said) > 4096 {
		t.Errorf("the log is %.200s%s, the message %s", out, trouble, said)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "history.db")); err == nil {
		t.Error("something is kept in the container")
	}
}

func TestNagiosRecipe(t *testing.T) {
	good, bad := newPlace(t, goodAPI), newPlace(t, brokenAPI)
	text := strings.Join(recipe(t, "NAGIOS, ICINGA, NAEMON, CENTREON"), "\n")
	m := regexp.MustCompile(`(?s)command_line +(\S.*?)\n.*check_command +check_logindoctor!(\w+)\n`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("the recipe is %s", text)
	}
	command := strings.ReplaceAll(m[1], "$ARG1$", m[2])
	line := regexp.MustCompile(`^LOGINDOCTOR (OK|CRITICAL) - [^|]{1,60} \| 'total'=[0-9.]+s;;;0 'api'=[0-9.]+s;5;10;0\n`)
	for p, code := range map[place]int{good: 0, bad: 2} {
		if out, trouble := p.try(t, command, code); !line.MatchString(out) || trouble != "" {
			t.Errorf("%s: %s%s", command, out, trouble)
		}
	}
	icinga := regexp.MustCompile(`"(-\w)" = "([^"]*)"`).FindAllStringSubmatch(text, -1)
	words := []string{"check_logindoctor"}
	for _, m := range icinga {
		words = append(words, m[1], strings.ReplaceAll(m[2], "$logindoctor_target$", "na"))
	}
	if out, _ := good.try(t, shellJoin(words), 0); len(icinga) != 4 || !line.MatchString(out) {
		t.Errorf("icinga: %v: %s", words, out)
	}
	if out, _ := good.try(t, strings.Replace(command, "-w 5 -c 10", "-w 0.001 -c 10", 1), 1); !strings.HasPrefix(out, "LOGINDOCTOR WARNING - 1 pathway too slow, otherwise ok |") {
		t.Errorf("slow: %s", out)
	}
	for mistake, want := range map[string]string{command + " --nope": "LOGINDOCTOR UNKNOWN - There is no flag --nope.\n",
		command + " -w 9 -c 3": "LOGINDOCTOR UNKNOWN - --critical 3 comes before --warning 9.\n"} {
		if out, trouble := good.try(t, mistake, 3); out != want || trouble != "" {
			t.Errorf("%s: %q%s", mistake, out, trouble)
		}
	}
	for mistake, code := range map[string]int{"logindoctor run na --nope": 64, "logindoctor run na --nope --exit-codes sam": 4,
		"logindoctor history show latest --exit-codes binary --history /dev/null/none": 1} {
		if out, trouble := good.try(t, mistake, code); out != "" || trouble == "" {
			t.Errorf("%s: %s%s", mistake, out, trouble)
		}
	}
	if out, _ := good.try(t, "logindoctor run na --nope -o checkmk --exit-codes zero", 0); out != `3 "LoginDoctor" - There is no flag --nope.`+"\n" {
		t.Errorf("checkmk reads %s", out)
	}
	for _, asked := range []string{"check_logindoctor --version", "check_logindoctor -h"} {
		if out, trouble := good.try(t, asked, 3); !strings.Contains(out, "logindoctor") || strings.Contains(out, "UNKNOWN") || trouble != "" {
			t.Errorf("%s: %s%s", asked, out, trouble)
		}
	}
}

func TestCheckmkRecipe(t *testing.T) {
	for p, want := range map[place]string{newPlace(t, goodAPI): `0 "LoginDoctor api" duration=`, newPlace(t, brokenAPI): `2 "LoginDoctor api" duration=`} {
		script := p.write(t, "local-check", p.local(strings.Join(recipe(t, "CHECKMK")[2:], "\n")))
		if out, trouble := p.try(t, script, 0); !strings.HasPrefix(out, want) || trouble != "" || strings.Count(out, "\n") != 1 {
			t.Errorf("%s%s", out, trouble)
		}
	}
}

func TestRMMRecipes(t *testing.T) {
	p := newPlace(t, brokenAPI)
	var datto []string
	for _, line := range recipe(t, "DATTO RMM") {
		if line != "" {
			datto = append(datto, line)
		}
	}
	if out, _ := p.try(t, datto[1], 1); !strings.Contains(out, "STATUS=UNKNOWN LD9401 ") {
		t.Errorf("before the first run: %s", out)
	}
	if out, trouble := p.try(t, datto[0], 2); len(datto) != 2 || out+trouble != "" {
		t.Errorf("%v: %s%s", datto, out, trouble)
	}
	if out, _ := p.try(t, datto[1], 1); !strings.HasPrefix(out, "<-Start Result->\nSTATUS=BROKEN LD2101 ") {
		t.Errorf("datto: %s", out)
	}
	if out, _ := p.try(t, strings.Join(recipe(t, "N-SIGHT RMM"), ""), 1); !strings.HasPrefix(out, "✗ BROKEN ") || len(out) > 10_000 {
		t.Errorf("n-sight: %s", out)
	}
	_, line, _ := strings.Cut(schedules, "reads the last result:\n\n    ")
	line, _, _ = strings.Cut(line, "\n")
	if out, _ := p.try(t, line, 2); !strings.HasPrefix(out, "LOGINDOCTOR CRITICAL - ") {
		t.Errorf("%s: %s", line, out)
	}
}

// A run that finds another one of the same target at work says so and does nothing; when that one ends, the way is free.
func TestRunsDoNotOverlap(t *testing.T) {
	p := newPlace(t, slowWorld)
	command := exec.Command("sh", "-c", p.local("exec /usr/local/bin/logindoctor run na --alone -o none --progress plain"))
	command.Env = append(bareEnvironment(), "LOGINDOCTOR_HISTORY="+filepath.Join(p.dir, "history.db"))
	trouble, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := trouble.Read(make([]byte, 1)); err != nil { // it is at work
		t.Fatal(err)
	}
	_, said := p.try(t, "logindoctor run na --alone -qq", 3)
	if !regexp.MustCompile(`^Another run of \S+ has been at work here since \d\d:\d\d:\d\d, so this one was not started\.\nTry:  .+\n$`).MatchString(said) {
		t.Errorf("said %q", said)
	}
	if out, _ := p.try(t, "check_logindoctor -H na --alone", 3); !strings.HasPrefix(out, "LOGINDOCTOR UNKNOWN - Another run of ") {
		t.Errorf("a monitor reads %s", out)
	}
	if err := command.Process.Kill(); err != nil { // the lock ends with its process
		t.Fatal(err)
	}
	_ = command.Wait()
	p.try(t, "logindoctor run na --alone --timeout 1s -o none", 3)
	if text := p.read(t, "history.db"); text == "" {
		t.Error("the run was not kept")
	}
}
