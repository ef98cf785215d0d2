package child

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

const maxText = 4096

// settle gives a page that is on its way a moment to come.
func (w *walker) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	for w.moves() && w.rest(ctx) {
	}
}

// A view is what the helpers say about a document.
type view struct {
	URL    string         `json:"url"`
	Title  string         `json:"title"`
	Text   string         `json:"text"`
	Error  string         `json:"error"`
	Fields []checks.Field `json:"fields"`
}

// look tells the page as it is now; texts and fields of frames follow those of the page.
func (w *walker) look(ctx context.Context, step string) error {
	w.flushPopups()
	var seen view
	asked := errors.New("the page has no document")
	for i, f := range w.frames() {
		var v view
		err := w.tab.eval(ctx, f, world+".look()", &v)
		if i == 0 {
			seen, asked = v, err
		} else if err == nil {
			seen.Text += "\n" + v.Text
			seen.Error = cmp.Or(seen.Error, v.Error)
			seen.Fields = append(seen.Fields, v.Fields...)
		}
	}
	if asked != nil {
		return asked
	}
	if strings.HasPrefix(seen.URL, "chrome-error:") {
		seen = view{URL: seen.URL} // the browser's words, not the page's
	}
	for i := range seen.Fields {
		f := &seen.Fields[i]
		f.ID, f.Name, f.Label = page.Text(f.ID, 80), page.Text(f.Name, 80), page.Text(f.Label, 80)
	}
	loading, awaits := w.coming()
	address, query := page.Split(seen.URL)
	w.journal.emit(checks.Event{
		Kind: checks.EventPage, Step: step, URL: address, Query: query, Host: page.Host(seen.URL),
		Title: page.Text(seen.Title, 200), Text: page.Text(seen.Text, maxText), Error: page.Text(seen.Error, maxText),
		Fields: seen.Fields, Loading: loading, Awaits: awaits,
	})
	return nil
}

// Bounds of what a script's pictures may weigh.
const (
	maxShots = 30
	maxImage = 1 << 20
)

// shot tells a picture of what is visible; what is typed into fields is covered first. A page whose fields cannot be
// covered is not pictured. A picture that is too large is taken again at half its size.
func (w *walker) shot(ctx context.Context, step string) error {
	if w.shots++; w.shots > maxShots {
		return fmt.Errorf("more than %d pictures", maxShots)
	}
	defer w.unmask()
	if err := w.mask(ctx); err != nil {
		return fmt.Errorf("cover the fields: %w", err)
	}
	w.room.child.lull.come()
	r, err := proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng, OptimizeForSpeed: true}.Call(w.tab.with(ctx))
	if err == nil && len(r.Data) > maxImage {
		half := &proto.PageViewport{Width: width, Height: height, Scale: 0.5}
		r, err = proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng, Clip: half}.Call(w.tab.with(ctx))
	}
	if err != nil {
		return err
	}
	if len(r.Data) > maxImage {
		return fmt.Errorf("a picture above %d MB", maxImage>>20)
	}
	w.journal.emit(checks.Event{Kind: checks.EventShot, Step: step, Image: r.Data})
	return nil
}

func (w *walker) mask(ctx context.Context) error {
	tree, err := proto.PageGetFrameTree{}.Call(w.tab.with(ctx))
	if err != nil {
		return err
	}
	covered := map[proto.PageFrameID]bool{}
	for _, f := range w.frames() {
		covered[f.frame] = w.tab.eval(ctx, f, fmt.Sprintf("%s.mask(%t)", world, w.hasForeign()), nil) == nil
	}
	return eachFrame(tree.FrameTree, func(id proto.PageFrameID) error {
		if !covered[id] {
			return fmt.Errorf("frame %s was not reached", id)
		}
		return nil
	})
}

func eachFrame(tree *proto.PageFrameTree, f func(proto.PageFrameID) error) error {
	if err := f(tree.Frame.ID); err != nil {
		return err
	}
	for _, child := range tree.ChildFrames {
		if err := eachFrame(child, f); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) unmask() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, f := range w.frames() {
		_ = w.tab.eval(ctx, f, world+".unmask()", nil)
	}
}

// depose tells how the page looked on which a step failed; it does so even if the script's time is over.
func (w *walker) depose(ctx context.Context, step string) {
	if _, ok := errors.AsType[*crashError](context.Cause(ctx)); ok {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastLook)
	defer cancel()
	if ctx.Err() == nil {
		_ = proto.PageStopLoading{}.Call(w.tab.with(ctx))
	}
	w.settle(ctx)
	if w.look(ctx, step) == nil {
		_ = w.shot(ctx, step)
	}
}
