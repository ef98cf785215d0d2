package main

import "os"

// scratch makes a folder that is gone after remove.
func scratch() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", "logindoctor-lab-")
	return dir, func() { os.RemoveAll(dir) }, err
}
