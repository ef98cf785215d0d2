package child

import "github.com/go-rod/rod/lib/proto"

// maxForm is how much of a form the browser tells with the request. A SAML response with an encrypted assertion and many
// groups has some 50 kB.
const maxForm = 256 << 10

// hear tells the message of single sign-on that a request for the main document carries.
func (w *watcher) hear(sent *proto.NetworkRequest) {
	form := sent.PostData
	for _, part := range sent.PostDataEntries {
		if sent.PostData == "" {
			form += string(part.Bytes)
		}
	}
	if e, ok := w.ear.Hear(sent.Method, sent.URL+sent.URLFragment, form); ok {
		w.journal.emit(e)
	}
}
