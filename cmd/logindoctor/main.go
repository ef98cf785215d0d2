// Command logindoctor finds out why people cannot sign in, and who must do what about it.
package main

import (
	"os"

	"logindoctor/checks/world"
)

func main() {
	world.Child() // does not return in the process that drives the browser
	os.Exit(int(run(os.Args[1:], system())))
}
