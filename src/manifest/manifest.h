// manifest: files that say how containers run (Compose projects; Kubernetes manifests beside them),
// as values that know where they were written, and the checks over them.
//
// `compose.h` is the model of one Compose project: several files merged, included, extended and
// interpolated as the Compose Specification says, every value with its file, line and column.
// `compose_load.h` builds it and reads files only through a FileProvider, so that everything else
// is pure. `compose_rules.h` judges it. `kubernetes.h` is the model of a file of Kubernetes
// objects, and `kubernetes_rules.h` judges that. Input is untrusted: files, nesting, values and
// expansions are bounded, an include or extends may not leave the folder that the caller names, and
// nothing is fetched. Values are not changed once built and may be read from several threads.
//
// To add a check: one row in the catalogue of its kind with an example that fires and one that does
// not, and its function in the table beside it.
#pragma once
