package staff

import (
	"slices"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
	"logindoctor/checks/internal/account"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/machine/clock"
)

var (
	web     = &checks.Subject{Host: "na.psa.example", Port: 443, Role: checks.RoleWeb}
	idp     = &checks.Subject{Host: "idp.example", Port: 443, Role: checks.RoleIDP}
	product = &checks.Product{ID: "desk", Codes: []checks.ProviderCode{{Code: "AADSTS50011", Means: "redirect-uri", Text: "t"}, {Code: "AADSTS65004", Means: "cancelled"},
		{Code: "AADSTS65001", Means: "consent-missing"}},
		Identity: []checks.IdentityKind{{Kind: "oidc", Host: idp.Host}}, Recipes: []checks.Recipe{
			{ID: "app", Doors: []checks.Door{checks.DoorSSO, checks.DoorLocal, checks.DoorHome}, Pages: []checks.PageSpec{
				{Is: checks.PageLandmark, Seen: named("desk")}, {Is: checks.PageForm, Seen: named("form"), Do: []checks.Act{
					{Fill: checks.FillUser, In: named("user")}, {Await: []string{"signs in elsewhere"}},
					{Fill: checks.FillPassword, In: named("password")}, {Press: named("go")}}}}},
			{ID: "idp", Kinds: []string{"oidc"}, Pages: []checks.PageSpec{
				{Is: checks.PageMail, Seen: named("mail"), Do: []checks.Act{{Fill: checks.FillUser, In: named("mail")}, {Press: named("next")}}},
				{Is: checks.PagePassword, Seen: named("word"), Do: []checks.Act{{Fill: checks.FillPassword, In: named("word")}, {Press: named("next")}}},
				{Is: checks.PageCode, Seen: named("code"), Do: []checks.Act{{Fill: checks.FillCode, In: named("code")}, {Press: named("next")}}},
				{Is: checks.PageConsent, Seen: named("allow"), Do: []checks.Act{{Press: named("allow")}}},
				{Is: checks.PagePush, Texts: []string{"approve"}}}},
		}}
)

func named(id string) checks.Element { return checks.Element{ID: []string{id}} }

// judge runs the verdict over a log and returns the codes, the depth and the error. An account is one whose password was
// typed.
func judge(door checks.Door, a *account.Account, log page.Log) (codes []string, depth checks.Depth, err error) {
	w := &checks.Pathway{ID: "web-sso", Door: door, Subjects: []*checks.Subject{web, idp}}
	p := checks.NewPass(driver{}, nil, &checks.Target{Product: product, User: "alice", Pathways: []*checks.Pathway{w}}, Check)
	p.Pathway = w
	plan, _ := recipe.New(route(p, "https://na.psa.example/", a))
	err = verdict{p, a, log, plan.Read(log), journey.Troubles(log), nil}.conclude()
	for _, f := range p.Findings {
		codes = append(codes, f.Code.ID)
	}
	return codes, p.Depth, err
}

// A driver knows that the clock of this computer is right, and nothing else.
type driver struct{ checks.Driver }

func (driver) Outcome(c *checks.Check, _ *checks.Subject) (checks.Outcome, bool) {
	return checks.Outcome{Result: clock.Result{Known: true}}, c == clock.Check
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

func did(step string) checks.Event {
	return checks.Event{Kind: checks.EventStep, Step: step, Outcome: checks.OutcomeDone}
}

func again(page string) checks.Event {
	return checks.Event{Kind: checks.EventStep, Step: page, Outcome: checks.OutcomeAgain}
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
		{"mail field", checks.DoorSSO, page.Log{front, did("app.form"), did("app.form/press"), login, did("idp.mail"), shown("Email")}, "", checks.DepthPage, false},
		{"password field", checks.DoorLocal, page.Log{front, did("app.form"), did("app.form/find-password"), shown("")}, "", checks.DepthPage, false},
		{"waiting ended at words", checks.DoorSSO, page.Log{front, did("app.form/press"), login, did("refusal"), shown("Correlation failed.")}, "LD5105", 0, false},
		{"code", checks.DoorSSO, page.Log{login, missed("follow"), shown("AADSTS50011: reply")}, "LD5101", 0, false},
		{"code in the address", checks.DoorSSO, page.Log{{Kind: checks.EventHop, Status: 200, Host: "idp.example", URL: "https://idp.example/e", Query: []checks.Param{{Name: "error_description", Value: "AADSTS50011"}}}, missed("follow"), shown("")}, "LD5101", 0, false},
		{"code without a code of ours", checks.DoorSSO, page.Log{login, did("refusal"), shown("AADSTS65001: consent")}, "LD5398", 0, false},
		{"code that nobody knows", checks.DoorSSO, page.Log{login, did("refusal"), shown("AADSTS999999: ?")}, "LD5399", 0, false},
		{"name that nobody knows", checks.DoorSSO, page.Log{back("moon_phase"), missed("follow"), shown("Sorry")}, "LD5399", 0, false},
		{"name that nobody knows, and it goes on", checks.DoorSSO, page.Log{back("moon_phase"), login, did("idp.mail"), shown("Email")}, "", checks.DepthPage, false},
		{"a step inside a refusal", checks.DoorSSO, page.Log{login, did("refusal"), shown("AADSTS65001: AADSTS65004")}, "LD5398", 0, false},
		{"consent is a step", checks.DoorSSO, page.Log{login, did("idp.mail"), shown("AADSTS65004")}, "", checks.DepthPage, false},
		{"cookies off", checks.DoorSSO, page.Log{front, cookie("na.psa.example", "sid", "UserPreferences"), missed("follow"), shown("again")}, "LD1301", 0, false},
		{"third party", checks.DoorSSO, page.Log{front, cookie("na.psa.example", "sid"), cookie("frame.example", "k", "UserPreferences"), did("app.form"), did("app.form/press"), missed("follow"), shown("")}, "LD1302", 0, false},
		{"a refused cookie that nobody missed", checks.DoorSSO, page.Log{front, cookie("na.psa.example", "sid"), cookie("ads.example", "k", "ThirdPartyPhaseout"), did("idp.mail"), shown("")}, "", checks.DepthPage, false},
		{"extension", checks.DoorSSO, page.Log{front, failed("Script", "https://cdn.example/a.js", "cdn.example", "client", "net::ERR_BLOCKED_BY_CLIENT"), missed("follow"), shown("")}, "LD1303", 0, false},
		{"extension blocks a tracker, nobody cares", checks.DoorSSO, page.Log{front, failed("Script", "https://ads.example/a.js", "ads.example", "client", "net::ERR_BLOCKED_BY_CLIENT"), did("idp.mail"), shown("")}, "", checks.DepthPage, false},
		{"managed list", checks.DoorSSO, page.Log{failed("Document", "https://idp.example/", "idp.example", "administrator", "net::ERR_BLOCKED_BY_ADMINISTRATOR"), missed("follow"), shown("")}, "LD1304", 0, false},
		{"window", checks.DoorSSO, page.Log{front, {Kind: checks.EventPopup, URL: "https://na.psa.example/w", Blocked: "browser"}, missed("follow"), shown("")}, "LD1305", 0, false},
		{"browser alone", checks.DoorSSO, page.Log{failed("Document", "https://idp.example/", "idp.example", "", "net::ERR_CONNECTION_RESET"), missed("follow"), shown("")}, "LD1306", 0, false},
		{"provider that hangs up in the middle", checks.DoorSSO, page.Log{front, did("app.form"), did("app.form/press"), login, did("idp.mail"), did("idp.mail/press"),
			failed("Document", "https://idp.example/word", "idp.example", "", "net::ERR_EMPTY_RESPONSE"), missed("follow"), shown("")}, "LD4411", 0, false},
		{"loop", checks.DoorSSO, page.Log{front, login, {Kind: checks.EventLoop, Text: "a → b", Rounds: 4}, end}, "LD5106", 0, false},
		{"loop that the browser ended", checks.DoorSSO, page.Log{login, front, login, front, login, failed("Document", "https://na.psa.example/", "na.psa.example", "", "net::ERR_TOO_MANY_REDIRECTS"), end}, "LD5106", 0, false},
		{"twice is no loop", checks.DoorSSO, page.Log{login, front, login, did("idp.mail"), shown("")}, "", checks.DepthPage, false},
		{"own words of the provider", checks.DoorSSO, page.Log{login, did("app.form/press"), missed("follow"), shown("Heute geschlossen.")}, "LD5399", 0, false},
		{"nothing on the page", checks.DoorSSO, page.Log{front, missed("follow"), shown("")}, "", 0, true},
		{"out of time", checks.DoorSSO, page.Log{front, {Kind: checks.EventEnd, Outcome: checks.OutcomeTimeout}}, "", 0, true},
		{"empty log", checks.DoorSSO, nil, "", 0, true},
	} {
		codes, depth, err := judge(row.door, nil, row.log)
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
}

func TestVerdictBehindThePassword(t *testing.T) {
	login := hop(200, "https://idp.example/login", "idp.example")
	typed := page.Log{hop(200, "https://na.psa.example/", "na.psa.example"), did("app.form"), did("app.form/press"), login, did("idp.password"),
		did("idp.password/fill-password"), did("idp.password/press")}
	seed := checks.NewSecret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
	for _, row := range []struct {
		name  string
		with  recipe.Account
		log   page.Log
		code  string
		depth checks.Depth
		fails bool
	}{
		{"the application", recipe.Account{}, page.Log{did("app.landmark"), shown("Your account is disabled, says a ticket")}, "", checks.DepthLogin, false},
		{"words that are known", recipe.Account{}, page.Log{did("refusal"), shown("Invalid username or password.")}, "LD6009", 0, false},
		{"a lock", recipe.Account{}, page.Log{did("refusal"), shown("This account has been locked out.")}, "LD6002", 0, false},
		{"words that nobody knows", recipe.Account{}, page.Log{again("idp.password"), shown("So nicht, Freundchen.")}, "LD5399", 0, false},
		{"consent that the recipe may not give", recipe.Account{}, page.Log{did("idp.consent"), shown("May it read?")}, "LD6010", checks.DepthPage, false},
		{"approval on a phone", recipe.Account{}, page.Log{did("idp.push"), shown("Approve on your phone")}, "LD6206", checks.DepthPage, false},
		{"a code and nothing to make it from", recipe.Account{}, page.Log{did("idp.code"), shown("Code?")}, "LD6206", checks.DepthPage, false},
		{"the seed of another entry", recipe.Account{Seed: seed}, page.Log{did("idp.code"), did("idp.code/fill-code"), again("idp.code"), shown("Nope")}, "LD6204", 0, false},
		{"a device without a seed", recipe.Account{Device: true}, page.Log{did("refusal"), shown("Invalid authenticator code.")}, "LD6205", 0, false},
		{"too many codes", recipe.Account{Seed: seed}, page.Log{did("refusal"), shown("You've made too many incorrect attempts.")}, "LD6210", 0, false},
		{"a message that cannot be sent", recipe.Account{}, page.Log{did("refusal"), shown("Cannot Send SMS to the phone, please try another phone number.")}, "LD6211", 0, false},
		{"a page that never leaves", recipe.Account{}, page.Log{missed("follow"), shown("", checks.Field{Tag: "input", Type: "password", Visible: true})}, "", 0, true},
	} {
		codes, depth, err := judge(checks.DoorSSO, &account.Account{Account: row.with, Name: "alice@acme.example"}, append(slices.Clone(typed), row.log...))
		if strings.Join(codes, " ") != row.code || depth != row.depth || (err != nil) != row.fails {
			t.Errorf("%s: codes %v, depth %v, error %v", row.name, codes, depth, err)
		}
	}
}

func TestWithoutAnAccountNothingSecretIsTyped(t *testing.T) {
	for _, door := range []checks.Door{checks.DoorSSO, checks.DoorLocal, checks.DoorHome} {
		p := &checks.Pass{Target: &checks.Target{Product: product, User: "alice@acme.example"}, Pathway: &checks.Pathway{Door: door}}
		plan, ok := recipe.New(route(p, "https://na.psa.example/", nil))
		if !ok {
			t.Fatalf("%s: no plan", door)
		}
		for _, c := range plan.Steps[1].Cases {
			for _, step := range c.Steps {
				if step.Do == checks.DoCode || step.Do == checks.DoFill && step.Name != "fill-user" {
					t.Errorf("%s: %s/%s types", door, c.Name, step.Name)
				}
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
