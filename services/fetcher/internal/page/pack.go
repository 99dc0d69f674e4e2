package page

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// window is how far back a packed page refers, and so what its reader needs of
// memory.
const window = 2 << 20

// Packer compresses pages with Zstandard (RFC 8878). It may be used by many
// goroutines at once, of which as many compress as there are processors.
type Packer struct{ encoder *zstd.Encoder }

// NewPacker returns a packer.
func NewPacker() (*Packer, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithWindowSize(window), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return &Packer{encoder}, nil
}

// Pack returns html compressed, as one frame with its length and a checksum.
func (p *Packer) Pack(html []byte) []byte { return p.encoder.EncodeAll(html, nil) }
