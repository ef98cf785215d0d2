package report

import (
	"crypto/sha256"
	"encoding/hex"
)

// Picture makes an artifact out of a PNG.
func Picture(name string, png []byte) Artifact {
	sum := sha256.Sum256(png)
	return Artifact{Name: name, MediaType: "image/png", Bytes: len(png), SHA256: hex.EncodeToString(sum[:]), Data: png}
}
