package status

import "testing"

func TestRead(t *testing.T) {
	for _, row := range []struct {
		body, text, list string
		code             int
	}{
		{`{"result":{"status_overall":{"status":"Operational","status_code":100}}}`, "Operational", "nothing in detail", 100},
		{`{"result":{"status_overall":{"status":"Down","status_code":500},"incidents":[{"name":"a"},{"name":"b"}]}}`, "Down", "a; b", 500},
		{`{"page":{"status":"none"}}`, "", "", 0},
		{`<html>`, "", "", 0},
		{`null`, "", "", 0},
	} {
		r, err := read([]byte(row.body))
		if (err == nil) != (row.code != 0) || r.Code != row.code || r.Text != row.text || err == nil && r.list() != row.list {
			t.Errorf("%s: %+v, %v", row.body, r, err)
		}
	}
}
