package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"logindoctor/checks"
)

// An asker lets one question at a time reach the person.
type asker struct {
	mu    sync.Mutex
	lines *bufio.Reader // what is piped in
}

// ask puts a question on standard error and reads the answer from standard input, unseen if that is a terminal.
func (a *app) ask(ctx context.Context, question string) (checks.Secret, error) {
	if a.flags.noInput {
		return checks.Secret{}, checks.ErrNobody
	}
	a.asker.mu.Lock()
	defer a.asker.mu.Unlock()
	fmt.Fprint(a.err, question+" ")
	type reply struct {
		text string
		err  error
	}
	read := make(chan reply, 1)
	go func() { // nothing can stop a read of the terminal; the process ends with it
		text, err := a.readLine()
		read <- reply{text, err}
	}()
	select {
	case r := <-read:
		if r.err != nil || strings.TrimSpace(r.text) == "" {
			return checks.Secret{}, checks.ErrNobody
		}
		return checks.NewSecret(strings.TrimRight(r.text, "\r\n")), nil
	case <-ctx.Done():
		return checks.Secret{}, ctx.Err()
	}
}

func (a *app) readLine() (string, error) {
	if a.inTTY {
		text, err := term.ReadPassword(int(os.Stdin.Fd()))
		fmt.Fprintln(a.err)
		return string(text), err
	}
	if a.asker.lines == nil {
		a.asker.lines = bufio.NewReader(a.in)
	}
	return a.asker.lines.ReadString('\n')
}
