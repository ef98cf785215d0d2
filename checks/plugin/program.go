package plugin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"logindoctor/checks"
	"logindoctor/checks/internal/page/proc"
)

const (
	outputLimit = 64 << 10
	errorLimit  = 4 << 10
	pipeWait    = 500 * time.Millisecond // for pipes that a left-over child holds open
	linesShown  = 3
	lineShown   = 120
)

// call is one run of the program. It has an empty environment, and nothing that it started outlives it.
type call struct {
	argv   []string
	input  []byte
	limit  time.Duration
	hidden []string // secrets in the input
}

// run returns the exit code and the standard output. Its errors name the command and the first lines that were printed.
func (c call) run(ctx context.Context) (code int, output string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	out, errs := newCapped(outputLimit), newCapped(errorLimit)
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	cmd.Env = []string{}
	cmd.Stdin = bytes.NewReader(c.input)
	cmd.Stdout, cmd.Stderr = out, errs
	cmd.WaitDelay = pipeWait
	process, err := proc.Start(cmd)
	if err != nil {
		return 0, "", c.failed(err, "")
	}
	select {
	case <-process.Done():
	case <-out.full:
		err = fmt.Errorf("prints more than %d kB", outputLimit>>10)
	case <-ctx.Done():
		err = ctx.Err()
	}
	process.Kill()
	process.Gone()
	switch printed := out.buffer.String() + errs.buffer.String(); {
	case errors.Is(err, context.DeadlineExceeded):
		return 0, "", c.failed(fmt.Errorf("no end within %s", checks.Human(c.limit)), printed)
	case err != nil:
		return 0, "", c.failed(err, printed)
	case cmd.ProcessState.ExitCode() < 0:
		return 0, "", c.failed(errors.New(cmd.ProcessState.String()), printed)
	}
	return cmd.ProcessState.ExitCode(), out.buffer.String(), nil
}

// failed is the error of a program that did not do what a plug-in does.
func (c call) failed(why error, printed string) error {
	var shown []string
	for line := range strings.Lines(printed) {
		if len(shown) == linesShown {
			break
		}
		shown = append(shown, clean(c.hide(line), lineShown))
	}
	told := "nothing"
	if len(shown) > 0 {
		told = strconv.Quote(strings.Join(shown, " / "))
	}
	err := fmt.Errorf("%s: %w; it printed %s", strings.Join(c.argv, " "), why, told)
	if text := c.hide(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}

// hide takes out secrets that the program was given.
func (c call) hide(s string) string {
	for _, secret := range c.hidden {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "[secret]")
		}
	}
	return s
}

// clean makes one printable line of at most n characters out of text that a program wrote.
func clean(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}

// capped keeps the first bytes; full is closed when there were more.
type capped struct {
	buffer bytes.Buffer
	limit  int
	full   chan struct{}
	once   sync.Once
}

func newCapped(limit int) *capped { return &capped{limit: limit, full: make(chan struct{})} }

func (c *capped) Write(p []byte) (int, error) {
	room := c.limit - c.buffer.Len()
	if len(p) <= room {
		return c.buffer.Write(p)
	}
	c.buffer.Write(p[:room])
	c.once.Do(func() { close(c.full) })
	return len(p), nil
}
