package child

import (
	"bufio"
	"bytes"
	"os"
	"sync"
)

// A pipe carries the DevTools protocol over two pipes instead of a port, so that no other program on the computer can
// reach the browser: messages end with a zero byte (chromium, content/browser/devtools/devtools_pipe_handler.cc).
type pipe struct {
	mu  sync.Mutex
	out *os.File
	in  *bufio.Reader
}

// Send implements cdp.WebSocketable.
func (p *pipe) Send(message []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := p.out.Write(append(message, 0))
	return err
}

// Read implements cdp.WebSocketable.
func (p *pipe) Read() ([]byte, error) {
	message, err := p.in.ReadBytes(0)
	return bytes.TrimSuffix(message, []byte{0}), err
}
