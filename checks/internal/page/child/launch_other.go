//go:build !linux

package child

// lean is for systems on which it was tried.
var lean []string
