// Package check tests what is in deploy/ with the libraries of those who read it: kustomize, Helm's
// engine, the types of Kubernetes, compose-go, and Prometheus' parser, storage and engine. Those are
// large, so it is a module of its own, outside of go.work: none of them is in a graph of ours.
//
//	make manifests
package check
