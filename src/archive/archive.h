// archive: streams of compressed bytes, tar and zip, read with bounds.
//
// All input is untrusted and none of it is trusted for sizes: every reader has limits with named
// defaults, allocates no more than it has seen bytes for, and gives LimitExceeded or InvalidInput
// instead of guessing. Nothing is written to disk. One object belongs to one thread (ReadAhead has
// a second one inside); several may run at once. To add a compression: a file here, a row in
// decoders of decompress.cpp, a fuzz target.
#pragma once
