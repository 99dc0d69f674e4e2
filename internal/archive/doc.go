// Package archive writes the messages of streams to files that outlive the
// streams, and reads them again as a stream is read. docs/archive.md says how the
// files look from outside.
//
// A [Writer] gathers messages in parts: a part is one file, or one a table, and
// holds a run of one stream on one day. A part exists when the manifest of its day
// names it, which is written last: what a killed process leaves behind is no part
// of the archive, and is written again. [Copy] writes what a store lacks of a
// stretch, [Worker] does so for ever, and a [Reader] gives the messages back to
// the byte.
package archive
