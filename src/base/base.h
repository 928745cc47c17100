// base: what every room stands on: errors as values, bytes and bounded cursors, files, processes,
// digests, text, time, progress and parallel loops.
//
// Nothing here knows containers. Untrusted bytes enter through ByteCursor and wire::Decoder only.
// Everything is safe to use from several threads as long as one object is used by one thread at a
// time.
#pragma once
