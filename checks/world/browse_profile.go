package world

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"logindoctor/checks"
)

// walkInCopy walks in a browser of its own that has a copy of the person's profile: workers, caches, cookies and settings.
// The profile itself is only read.
func (w *World) walkInCopy(ctx context.Context, path string, s checks.Script, events *stream) checks.Event {
	b, err := w.newBrowser(path, w.o.BrowserProfile)
	if err != nil {
		return failed(ctx, err)
	}
	defer b.close()
	r, err := b.openRoom(w)
	if err != nil {
		return failed(ctx, err)
	}
	end, _ := r.walk(ctx, s, events)
	return end
}

// copyProfile copies the files of a profile. Locks and sockets belong to the browser that runs in it.
func copyProfile(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		under, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, under), 0o700)
		case !d.Type().IsRegular(), strings.HasPrefix(d.Name(), "Singleton"), d.Name() == "LOCK", d.Name() == "lockfile":
			return nil
		}
		return copyFile(path, filepath.Join(to, under))
	})
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
