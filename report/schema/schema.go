// Package schema publishes the JSON Schemas (draft 2020-12) of everything that is written as JSON.
package schema

import _ "embed" // for the two documents

// V1 describes logindoctor.report/v1.
//
//go:embed report-v1.schema.json
var V1 []byte

// EventV1 describes logindoctor.event/v1, one line of the event stream; it refers to V1.
//
//go:embed event-v1.schema.json
var EventV1 []byte
