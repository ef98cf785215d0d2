package callback

import (
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/checktest"
	"logindoctor/checks/internal/page"
)

func TestMain(m *testing.M) { checktest.Main(m) }

func TestScenarios(t *testing.T) { checktest.Run(t, Check) }

func TestWhoAnswers(t *testing.T) {
	for _, c := range []struct {
		log  page.Log
		want string
	}{
		{page.Log{{Kind: checks.EventFailure, URL: back, Error: "net::ERR_CONNECTION_REFUSED"}}, ""},
		{page.Log{{Kind: checks.EventFailure, URL: back, Error: "net::ERR_EMPTY_RESPONSE"}}, "net::ERR_EMPTY_RESPONSE"},
		{page.Log{{Kind: checks.EventHop, URL: back, Status: 502}}, "status 502"},
		{page.Log{{Kind: checks.EventHop, URL: "https://na.psa.example/", Status: 200}}, ""},
	} {
		if got := elsewhere(c.log); got != c.want {
			t.Errorf("%v: %q, want %q", c.log, got, c.want)
		}
	}
}
