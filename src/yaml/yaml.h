// yaml: reads YAML 1.2 without losing where anything stood, and makes minimal textual edits to it.
//
// `document.h` parses a stream of documents into nodes that know their bytes, line and column;
// `access.h` asks them typed questions; `edit.h` changes single values in the text and leaves
// comments, order and layout alone.
//
// Input is untrusted: its size, depth, nodes and the number of values behind its aliases are
// bounded, and no call takes more than linear time in them. Aliases and merge keys share nodes, so
// what was parsed is a graph without cycles; whoever walks it from the root visits at most
// kMaxVisits values, kMaxDepth deep. A parsed Stream is not changed any more and may be read from
// several threads.
#pragma once
