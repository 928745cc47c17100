// The three stores that rpm has kept its database in. Each reader walks the bytes of a whole
// database file and hands over the header blob of every installed package; what a blob means is
// rpm_header.h's business.
//
// All bytes are hostile. No store hands over more bytes in sum than its file has: in a real one no
// two packages share bytes, in a made-up one all of them could.
#pragma once

#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace corten::package {

struct RpmSink {
  std::function<void(Bytes blob)> header;  // the view is valid during the call only
  std::function<void(std::string problem)>
      problem;  // one package that could not be taken out of the store
};

enum class RpmStore { Unknown, Sqlite, Ndb, BerkeleyDb };
[[nodiscard]] RpmStore rpm_store_of(Bytes content);  // by the magic numbers

// An error means that the rest of the store could not be read; headers before it have been handed
// over. rpmdb.sqlite: Fedora 33, RHEL 9, Amazon Linux 2023, Azure Linux and later. A write-ahead
// log beside it is not seen; rpm folds it into the file when it closes the database.
[[nodiscard]] Status read_rpm_sqlite(Bytes content, const RpmSink& sink);
// Packages.db: SUSE.
[[nodiscard]] Status read_rpm_ndb(Bytes content, const RpmSink& sink);
// Packages, a hash of Berkeley DB: RHEL and CentOS up to 8, Amazon Linux 2, Fedora up to 32. Either
// byte order.
[[nodiscard]] Status read_rpm_bdb(Bytes content, const RpmSink& sink);

}  // namespace corten::package
