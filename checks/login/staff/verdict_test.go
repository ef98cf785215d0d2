package staff

import (
	"slices"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
)

var (
	web     = &checks.Subject{Host: "na.psa.example", Port: 443, Role: checks.RoleWeb}
	idp     = &checks.Subject{Host: "idp.example", Port: 443, Role: checks.RoleIDP}
	product = &checks.Product{Codes: []checks.ProviderCode{{Code: "AADSTS50011", Means: "redirect-uri", Text: "t"}, {Code: "AADSTS65004", Means: "cancelled"},
		{Code: "AADSTS65001", Means: "consent-missing"}}}
)

// judge runs the verdict over a log and returns the codes, the depth and the error.
func judge(door checks.Door, log page.Log) (codes []string, depth checks.Depth, err error) {
	w := &checks.Pathway{ID: "web-sso", Door: door, Subjects: []*checks.Subject{web, idp}}
	p := checks.NewPass(nil, nil, &checks.Target{Product: product, User: "alice", Pathways: []*checks.Pathway{w}}, Check)
	p.Pathway = w
	err = verdict{Pass: p, log: log, troubles: journey.Troubles(log)}.conclude()
	for _, f := range p.Findings {
		codes = append(codes, f.Code.ID)
	}
	return codes, p.Depth, err
}

func hop(status int, url, host string) checks.Event {
	return checks.Event{Kind: checks.EventHop, Status: status, URL: url, Host: host, Type: "Document", Method: "GET"}
}

// back is the return to the application with an error.
func back(name string) checks.Event {
	e := hop(200, "https://na.psa.example/back", "na.psa.example")
	e.Query = []checks.Param{{Name: "error", Value: name}}
	return e
}

func did(step, matched string) checks.Event {
	return checks.Event{Kind: checks.EventStep, Step: step, Outcome: checks.OutcomeDone, Matched: matched}
}

func missed(step string) checks.Event {
	return checks.Event{Kind: checks.EventStep, Step: step, Outcome: checks.OutcomeMissing}
}

func shown(text string, fields ...checks.Field) checks.Event {
	return checks.Event{Kind: checks.EventPage, Text: text, Fields: fields}
}

func cookie(host, name string, refused ...string) checks.Event {
	return checks.Event{Kind: checks.EventCookie, Host: host, Cookie: &checks.Cookie{Name: name, Refused: refused}}
}

func failed(kind, url, host, blocked, text string) checks.Event {
	return checks.Event{Kind: checks.EventFailure, Type: kind, URL: url, Host: host, Blocked: blocked, Error: text}
}

func TestVerdict(t *testing.T) {
	front := hop(200, "https://na.psa.example/", "na.psa.example")
	login := hop(200, "https://idp.example/login", "idp.example")
	end := checks.Event{Kind: checks.EventEnd, Outcome: checks.OutcomeStopped}
	for _, row := range []struct {
		name  string
		door  checks.Door
		log   page.Log
		codes string
		depth checks.Depth
		fails bool
	}{
		{"mail field", checks.DoorSSO, page.Log{front, did("form", "#f"), did("login", "#b"), login, did("identity", "#Input_Email"), shown("Email")}, "", checks.DepthPage, false},
		{"password field", checks.DoorLocal, page.Log{front, did("form", "#f"), did("password", "#password"), shown("")}, "", checks.DepthPage, false},
		{"waiting ended at words", checks.DoorSSO, page.Log{front, did("login", "#b"), login, did("identity", "correlation failed"), shown("Correlation failed.")}, "LD5105", 0, false},
		{"code", checks.DoorSSO, page.Log{login, missed("identity"), shown("AADSTS50011: reply")}, "LD5101", 0, false},
		{"code in the address", checks.DoorSSO, page.Log{{Kind: checks.EventHop, Status: 200, Host: "idp.example", URL: "https://idp.example/e", Query: []checks.Param{{Name: "error_description", Value: "AADSTS50011"}}}, missed("identity"), shown("")}, "LD5101", 0, false},
		{"code without a code of ours", checks.DoorSSO, page.Log{login, missed("identity"), shown("AADSTS65001: consent")}, "LD5398", 0, false},
		{"code that nobody knows", checks.DoorSSO, page.Log{login, missed("identity"), shown("AADSTS999999: ?")}, "LD5399", 0, false},
		{"name that nobody knows", checks.DoorSSO, page.Log{back("moon_phase"), missed("identity"), shown("Sorry")}, "LD5399", 0, false},
		{"name that nobody knows, and it goes on", checks.DoorSSO, page.Log{back("moon_phase"), login, did("identity", "#x"), shown("Email")}, "", checks.DepthPage, false},
		{"a step inside a refusal", checks.DoorSSO, page.Log{login, missed("identity"), shown("AADSTS65001: AADSTS65004")}, "LD5398", 0, false},
		{"consent is a step", checks.DoorSSO, page.Log{login, did("identity", "#x"), shown("AADSTS65004")}, "", checks.DepthPage, false},
		{"cookies off", checks.DoorSSO, page.Log{front, cookie("na.psa.example", "sid", "UserPreferences"), missed("identity"), shown("again")}, "LD1301", 0, false},
		{"third party", checks.DoorSSO, page.Log{front, cookie("na.psa.example", "sid"), cookie("frame.example", "k", "UserPreferences"), did("form", "#f"), did("login", "#b"), missed("identity"), shown("")}, "LD1302", 0, false},
		{"a refused cookie that nobody missed", checks.DoorSSO, page.Log{front, cookie("na.psa.example", "sid"), cookie("ads.example", "k", "ThirdPartyPhaseout"), did("identity", "#x"), shown("")}, "", checks.DepthPage, false},
		{"extension", checks.DoorSSO, page.Log{front, failed("Script", "https://cdn.example/a.js", "cdn.example", "client", "net::ERR_BLOCKED_BY_CLIENT"), missed("form"), shown("")}, "LD1303", 0, false},
		{"extension blocks a tracker, nobody cares", checks.DoorSSO, page.Log{front, failed("Script", "https://ads.example/a.js", "ads.example", "client", "net::ERR_BLOCKED_BY_CLIENT"), did("identity", "#x"), shown("")}, "", checks.DepthPage, false},
		{"managed list", checks.DoorSSO, page.Log{failed("Document", "https://idp.example/", "idp.example", "administrator", "net::ERR_BLOCKED_BY_ADMINISTRATOR"), missed("identity"), shown("")}, "LD1304", 0, false},
		{"window", checks.DoorSSO, page.Log{front, {Kind: checks.EventPopup, URL: "https://na.psa.example/w", Blocked: "browser"}, missed("form"), shown("")}, "LD1305", 0, false},
		{"browser alone", checks.DoorSSO, page.Log{failed("Document", "https://idp.example/", "idp.example", "", "net::ERR_CONNECTION_RESET"), missed("identity"), shown("")}, "LD1306", 0, false},
		{"loop", checks.DoorSSO, page.Log{front, login, {Kind: checks.EventLoop, Text: "a → b", Rounds: 4}, end}, "LD5106", 0, false},
		{"loop that the browser ended", checks.DoorSSO, page.Log{login, front, login, front, login, failed("Document", "https://na.psa.example/", "na.psa.example", "", "net::ERR_TOO_MANY_REDIRECTS"), end}, "LD5106", 0, false},
		{"twice is no loop", checks.DoorSSO, page.Log{login, front, login, did("identity", "#x"), shown("")}, "", checks.DepthPage, false},
		{"own words of the provider", checks.DoorSSO, page.Log{login, did("login", "#b"), missed("identity"), shown("Heute geschlossen.")}, "LD5399", 0, false},
		{"nothing on the page", checks.DoorSSO, page.Log{front, missed("form"), shown("")}, "", 0, true},
		{"out of time", checks.DoorSSO, page.Log{front, {Kind: checks.EventEnd, Outcome: checks.OutcomeTimeout}}, "", 0, true},
		{"empty log", checks.DoorSSO, nil, "", 0, true},
	} {
		codes, depth, err := judge(row.door, row.log)
		got := ""
		if len(codes) > 0 {
			got = codes[0]
		}
		if got != row.codes || len(codes) > 1 || depth != row.depth || (err != nil) != row.fails {
			t.Errorf("%s: codes %v, depth %v, error %v", row.name, codes, depth, err)
		}
	}
}

func TestEveryMeaningLeadsToADeclaredCode(t *testing.T) {
	for means, c := range byMeans {
		found := false
		for _, known := range codes {
			found = found || known == c
		}
		if !found {
			t.Errorf("%s leads to a code that the check does not declare", means)
		}
	}
	for _, w := range libraries {
		if byMeans[w.Means] == nil {
			t.Errorf("words mean %q, which leads nowhere", w.Means)
		}
	}
}

func TestPlanNeverTypesAPassword(t *testing.T) {
	product.Forms = map[string]checks.Form{"sso": {Landmark: []string{"#f"}, Password: []string{"#p"}}, "identity": {Password: []string{"#p"}}}
	for _, door := range []checks.Door{checks.DoorSSO, checks.DoorLocal, checks.DoorHome} {
		p := &checks.Pass{Target: &checks.Target{Product: product, User: "alice@acme.example"}, Pathway: &checks.Pathway{Door: door}}
		s, _ := plan(p, "https://na.psa.example/")
		for _, step := range s.Steps {
			if step.Do == checks.DoFill && (!step.Secret.Empty() || len(step.Any) > 0 && step.Any[0] == "#p") {
				t.Errorf("%s: step %s types into the password", door, step.Name)
			}
		}
	}
}

// TestEveryProviderCodeHasItsOwnersStep looks up each code that is known: the page it leads to must say what its owner does.
func TestEveryProviderCodeHasItsOwnersStep(t *testing.T) {
	manual, err := checks.ReadManual(files)
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]string{}
	for _, c := range catalog.Default().AllCodes() {
		lead := Leads(c)
		if lead == nil {
			continue
		}
		s := manual.Section(lead.ID)
		if s == nil || !slices.ContainsFunc(s.Fixes, func(f checks.Fix) bool { return f.Owner == c.Owner }) {
			missing[lead.ID+" "+string(c.Owner)] = c.Code
		}
	}
	for what, code := range missing {
		t.Errorf("%s: no step, wanted by %s", what, code)
	}
}
