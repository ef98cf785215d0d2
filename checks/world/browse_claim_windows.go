package world

import "os"

// lock claims nothing here: nobody can tell that a folder is abandoned before it is old.
func lock(*os.File) bool { return false }
