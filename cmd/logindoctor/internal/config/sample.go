package config

import _ "embed"

//go:embed sample.yaml
var sample string

// Sample returns a settings file in which every key is explained and commented out.
func Sample() string { return sample }
