package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// release is what is built, of what, and where to.
type release struct {
	root    string // of the repository
	out     string
	version string
	targets []target
	time    time.Time // of every file in an archive
	env     []string  // of the go command, besides this process's
}

// programs are the packages that are built, by the programs' names.
func programs() map[string]string {
	return map[string]string{
		"dateline": "./cmd/dateline", "fetcher": "./services/fetcher/cmd/fetcher",
		"normalizer": "./services/normalizer/cmd/normalizer", "enricher": "./services/enricher/cmd/enricher",
	}
}

// build writes the archives and SHA256SUMS, and prints the sums.
func (r release) build(ctx context.Context, stdout io.Writer) error {
	work, err := os.MkdirTemp("", "dateline-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	shared, err := r.shared(ctx, work)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, t := range r.targets {
		files := maps.Clone(shared)
		if err := r.programs(ctx, work, t, files); err != nil {
			return err
		}
		archive, err := pack(t, r.folder(t), files, r.time)
		if err != nil {
			return err
		}
		name := r.folder(t) + extension(t)
		if err := os.WriteFile(filepath.Join(r.out, name), archive, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(archive), name)
	}
	if err := os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), sums.Bytes(), 0o644); err != nil {
		return err
	}
	_, err = stdout.Write(sums.Bytes())
	return err
}

// folder is the name of an archive, and of the folder in it.
func (r release) folder(t target) string {
	return fmt.Sprintf("dateline-%s-%s-%s", r.version, t.os, t.arch)
}

// shared are the files that every archive has: texts, completions, manual pages, deploy/.
func (r release) shared(ctx context.Context, work string) (map[string]file, error) {
	files := map[string]file{}
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md"} {
		if err := add(files, filepath.Join(r.root, name), name); err != nil {
			return nil, err
		}
	}
	tracked, err := r.output(ctx, "git", "ls-files", "deploy")
	if err != nil {
		return nil, err
	}
	for name := range strings.FieldsSeq(tracked) {
		if strings.HasPrefix(name, "deploy/check/") {
			continue // tests
		}
		if err := add(files, filepath.Join(r.root, name), name); err != nil {
			return nil, err
		}
	}
	return files, r.manual(ctx, work, files)
}

// manual adds what the program itself writes about its commands.
func (r release) manual(ctx context.Context, work string, files map[string]file) error {
	host := target{runtime.GOOS, runtime.GOARCH}
	if err := r.compile(ctx, host, filepath.Join(work, "host"), "./cmd/dateline"); err != nil {
		return err
	}
	dateline := filepath.Join(work, "host", "dateline"+exe(host))
	for shell, name := range map[string]string{"bash": "dateline", "zsh": "_dateline", "fish": "dateline.fish"} {
		out, err := r.output(ctx, dateline, "completion", shell)
		if err != nil {
			return err
		}
		files["completions/"+shell+"/"+name] = file{data: []byte(out)}
	}
	pages := filepath.Join(work, "man1")
	if _, err := r.output(ctx, dateline, "man", pages); err != nil {
		return err
	}
	entries, err := os.ReadDir(pages)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := add(files, filepath.Join(pages, e.Name()), "man/man1/"+e.Name()); err != nil {
			return err
		}
	}
	return nil
}

// programs adds the programs for a system, and the bill of what is in them.
func (r release) programs(ctx context.Context, work string, t target, files map[string]file) error {
	dir := filepath.Join(work, t.os+"-"+t.arch)
	if err := r.compile(ctx, t, dir, slices.Sorted(maps.Values(programs()))...); err != nil {
		return err
	}
	var paths []string
	for _, name := range slices.Sorted(maps.Keys(programs())) {
		path := filepath.Join(dir, name+exe(t))
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files[name+exe(t)] = file{data: data, executable: true}
		paths = append(paths, path)
	}
	bill, err := billOf(r.version, paths...)
	if err != nil {
		return err
	}
	files["sbom.cdx.json"] = file{data: bill}
	return nil
}

// compile builds packages, static and without a trace of this machine.
func (r release) compile(ctx context.Context, t target, out string, packages ...string) error {
	flags := "-s -w -X github.com/dateline-news/dateline/pkg/bus/boot.version=" + r.version
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", flags, "-o", out + string(filepath.Separator)}, packages...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = r.root
	cmd.Env = append(os.Environ(), append([]string{"CGO_ENABLED=0", "GOOS=" + t.os, "GOARCH=" + t.arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=" + parallel()}, r.env...)...)
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build for %s/%s: %w\n%s", t.os, t.arch, err, said)
	}
	return nil
}

// parallel keeps -p of GOFLAGS, which does not change what is built, and nothing else.
func parallel() string {
	for word := range strings.FieldsSeq(os.Getenv("GOFLAGS")) {
		if strings.HasPrefix(word, "-p=") {
			return word
		}
	}
	return ""
}

func (r release) output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = r.root
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %v: %w", name, args, err)
	}
	return string(out), nil
}

func exe(t target) string {
	if t.os == "windows" {
		return ".exe"
	}
	return ""
}

// check builds twice and compares the sums. The second time it builds from a copy of the tree, in a folder
// with another name, and with a cache of its own.
func (r release) check(ctx context.Context, stdout io.Writer) error {
	work, err := os.MkdirTemp("", "dateline-dist-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	again := r
	again.root = filepath.Join(work, "another", "place")
	if err := r.copyTree(ctx, again.root); err != nil {
		return err
	}
	again.env = []string{"GOCACHE=" + filepath.Join(work, "cache")}
	r.out, again.out = filepath.Join(work, "first"), filepath.Join(work, "second")
	var first, second bytes.Buffer
	if err := r.build(ctx, &first); err != nil {
		return err
	}
	if err := again.build(ctx, &second); err != nil {
		return err
	}
	if first.String() != second.String() {
		return fmt.Errorf("two builds differ:\n%s%s", first.String(), second.String())
	}
	_, err = fmt.Fprintf(stdout, "%stwo builds are the same\n", first.String())
	return err
}

// copyTree copies the tracked files, as they are now, into a repository of its own.
func (r release) copyTree(ctx context.Context, to string) error {
	tracked, err := r.output(ctx, "git", "ls-files", "-z")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(tracked, "\x00"), "\x00") {
		if err := copyFile(filepath.Join(r.root, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A", "-f"}} {
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir = to
		if said, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("git %v: %w\n%s", args, err, said)
		}
	}
	return nil
}

func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode().Perm())
}
