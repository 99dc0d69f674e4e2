//go:build !unix

package benchmark

// Used is not known here.
func Used() Usage { return Usage{} }
