package world

import (
	"context"
	"fmt"
	"os/exec"

	"logindoctor/checks"
)

func hostsPath() string { return "/etc/hosts" }

func systemResolvers(ctx context.Context) ([]checks.Resolver, error) {
	text, err := scutil(ctx, "--dns")
	return parseScutilDNS(text), err
}

func systemProxies(ctx context.Context) ([]systemProxy, error) {
	text, err := scutil(ctx, "--proxy")
	return parseScutilProxy(text), err
}

func scutil(ctx context.Context, question string) (string, error) {
	text, err := exec.CommandContext(ctx, "/usr/sbin/scutil", question).Output()
	if err != nil {
		return "", fmt.Errorf("scutil %s: %w", question, err)
	}
	return string(text), nil
}
