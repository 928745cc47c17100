#include <array>

#include "package/cataloger.h"
#include "package/internal/apk.h"
#include "package/internal/copyright.h"
#include "package/internal/dpkg.h"

namespace corten::package {
namespace {

constexpr std::array kCatalogers = {
    Cataloger{"apk-installed", "Alpine packages and their files (lib/apk/db/installed)",
              is_apk_installed, read_apk_installed},
    Cataloger{"debian-copyright", "licences of Debian packages (usr/share/doc/*/copyright)",
              is_copyright, read_copyright},
    Cataloger{"dpkg-files", "files of Debian and OpenWrt packages (info/*.list, *.md5sums)",
              is_dpkg_file_list, read_dpkg_file_list},
    Cataloger{"dpkg-status", "Debian, Ubuntu, distroless and OpenWrt packages (status, status.d)",
              is_dpkg_status, read_dpkg_status},
};

}  // namespace

std::span<const Cataloger> catalogers() { return kCatalogers; }

}  // namespace corten::package
