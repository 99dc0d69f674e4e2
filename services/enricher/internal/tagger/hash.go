package tagger

import "math/bits"

const (
	prime1 = 0x9E3779B97F4A7C15
	prime2 = 0xC2B2AE3D27D4EB4F
)

// hashOf is a hash of s: of FNV's kind, mixed at the end.
func hashOf[S string | []byte](s S) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

func mix(h uint64) uint64 {
	h = (h ^ h>>32) * prime1
	return h ^ h>>29
}

// join is a hash of a pair; join(a, b) differs from join(b, a).
func join(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^prime1, bits.RotateLeft64(b, 23)^prime2)
	return hi ^ lo ^ a
}
