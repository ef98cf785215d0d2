package main

import _ "embed" // for the recipes

// schedules are recipes for runs on a schedule; each of them is tested as it is printed.
//
//go:embed schedules.txt
var schedules string
