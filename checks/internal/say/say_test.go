package say

import (
	"testing"

	"logindoctor/checks"
)

// TestSense: pages that nobody has described, and what they say.
func TestSense(t *testing.T) {
	for _, c := range []struct {
		page         checks.Event
		means, words string
	}{
		{checks.Event{Text: "Sign in\nWrong credentials\nForgot it?"}, "password-wrong", "Wrong credentials"},
		{checks.Event{Error: "The password you entered is not correct.", Text: "Sign in"}, "password-wrong", "password you entered is not correct"},
		{checks.Event{Text: "User name and password don’t match."}, "password-wrong", "password don’t match"},
		{checks.Event{Text: "Invalid e-mail address or password (2 attempts left)"}, "password-wrong", "Invalid e-mail address or password"},
		{checks.Event{Text: "Your account is locked after a wrong password."}, "", ""},
		{checks.Event{Text: "The login session is not valid any more."}, "", ""},
		{checks.Event{Text: "Your password has expired; the old one is not valid."}, "", ""},
		{checks.Event{Text: "Forgot your password? Something went wrong. Try again."}, "", ""},
		{checks.Event{Error: "Closed today", Text: "Wrong password"}, "", ""},
		{checks.Event{Text: "You need to set up Mobile Authenticator to activate your account."}, "mfa-enrol", "set up Mobile Authenticator"},
		{checks.Event{Text: "A double factor is required. Register a device now."}, "mfa-enrol", "Register a device"},
		{checks.Event{Text: "Use a registered device."}, "", ""},
		{checks.Event{Text: "Register your device with the company first."}, "", ""},
		{checks.Event{Text: "You're not authorized to access this host"}, "not-assigned", "not authorized"},
		{checks.Event{Text: "Access denied"}, "not-assigned", "Access denied"},
		{checks.Event{Text: "You are not allowed to sign in from this country"}, "", ""},
	} {
		if means, words := Sense(c.page); means != c.means || words != c.words {
			t.Errorf("%+v: %q %q, want %q %q", c.page, means, words, c.means, c.words)
		}
	}
}
