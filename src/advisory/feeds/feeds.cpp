#include "advisory/feeds/feeds.h"

#include <algorithm>
#include <array>

namespace corten::advisory {

namespace {

constexpr std::array kFeeds = {
    Feed{"osv", "a record of the OSV schema, from osv.dev's exports", read_osv},
    Feed{"debian", "the Debian security tracker's JSON", read_debian_tracker},
    Feed{"secdb", "the security database of Alpine, Wolfi, Chainguard and MinimOS", read_secdb},
    Feed{"kev", "CISA's catalogue of known exploited vulnerabilities", read_kev},
    Feed{"epss", "FIRST's exploit prediction scores, CSV", read_epss},
    Feed{"nvd", "pages of the NVD's CVE API 2.0", read_nvd},
};

}  // namespace

std::span<const Feed> feeds() { return kFeeds; }

const Feed& feed(std::string_view id) { return *std::ranges::find(kFeeds, id, &Feed::id); }

}  // namespace corten::advisory
