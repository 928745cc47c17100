#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "package/distribution.h"

namespace corten::package {
namespace {

using std::chrono::year_month_day;
using namespace std::chrono_literals;

constexpr year_month_day kNone{};

struct Row {
  std::string_view id;  // of os-release, but "centos-stream" for CentOS Stream
  std::string_view release;
  std::string_view name;
  year_month_day end_of_life;
  year_month_day extended;  // kNone: there is none
};

// As the makers announce it; a day that they later move is moved here. Debian: end of the security
// team's support, then LTS. Ubuntu: end of standard support, then Expanded Security Maintenance
// (Pro). Red Hat: maintenance, then ELS. SUSE: general support, then LTSS. Amazon Linux 1:
// standard, then maintenance support. The newest Fedora's day is planned only.
constexpr Row kRows[] = {
    {"debian", "7", "Debian 7 (wheezy)", 2016y / 4 / 25, 2018y / 5 / 31},
    {"debian", "8", "Debian 8 (jessie)", 2018y / 6 / 17, 2020y / 6 / 30},
    {"debian", "9", "Debian 9 (stretch)", 2020y / 7 / 18, 2022y / 6 / 30},
    {"debian", "10", "Debian 10 (buster)", 2022y / 9 / 10, 2024y / 6 / 30},
    {"debian", "11", "Debian 11 (bullseye)", 2024y / 8 / 14, 2026y / 8 / 31},
    {"debian", "12", "Debian 12 (bookworm)", 2026y / 7 / 11, 2028y / 6 / 30},
    {"debian", "13", "Debian 13 (trixie)", 2028y / 8 / 9, 2030y / 6 / 30},
    {"ubuntu", "12.04", "Ubuntu 12.04 LTS", 2017y / 4 / 28, 2019y / 4 / 26},
    {"ubuntu", "12.10", "Ubuntu 12.10", 2014y / 5 / 16, kNone},
    {"ubuntu", "13.04", "Ubuntu 13.04", 2014y / 1 / 27, kNone},
    {"ubuntu", "13.10", "Ubuntu 13.10", 2014y / 7 / 17, kNone},
    {"ubuntu", "14.04", "Ubuntu 14.04 LTS", 2019y / 4 / 25, 2024y / 4 / 25},
    {"ubuntu", "14.10", "Ubuntu 14.10", 2015y / 7 / 23, kNone},
    {"ubuntu", "15.04", "Ubuntu 15.04", 2016y / 2 / 4, kNone},
    {"ubuntu", "15.10", "Ubuntu 15.10", 2016y / 7 / 28, kNone},
    {"ubuntu", "16.04", "Ubuntu 16.04 LTS", 2021y / 4 / 30, 2026y / 4 / 23},
    {"ubuntu", "16.10", "Ubuntu 16.10", 2017y / 7 / 20, kNone},
    {"ubuntu", "17.04", "Ubuntu 17.04", 2018y / 1 / 13, kNone},
    {"ubuntu", "17.10", "Ubuntu 17.10", 2018y / 7 / 19, kNone},
    {"ubuntu", "18.04", "Ubuntu 18.04 LTS", 2023y / 5 / 31, 2028y / 4 / 26},
    {"ubuntu", "18.10", "Ubuntu 18.10", 2019y / 7 / 18, kNone},
    {"ubuntu", "19.04", "Ubuntu 19.04", 2020y / 1 / 23, kNone},
    {"ubuntu", "19.10", "Ubuntu 19.10", 2020y / 7 / 17, kNone},
    {"ubuntu", "20.04", "Ubuntu 20.04 LTS", 2025y / 5 / 29, 2030y / 4 / 23},
    {"ubuntu", "20.10", "Ubuntu 20.10", 2021y / 7 / 22, kNone},
    {"ubuntu", "21.04", "Ubuntu 21.04", 2022y / 1 / 20, kNone},
    {"ubuntu", "21.10", "Ubuntu 21.10", 2022y / 7 / 14, kNone},
    {"ubuntu", "22.04", "Ubuntu 22.04 LTS", 2027y / 6 / 1, 2032y / 4 / 21},
    {"ubuntu", "22.10", "Ubuntu 22.10", 2023y / 7 / 20, kNone},
    {"ubuntu", "23.04", "Ubuntu 23.04", 2024y / 1 / 25, kNone},
    {"ubuntu", "23.10", "Ubuntu 23.10", 2024y / 7 / 11, kNone},
    {"ubuntu", "24.04", "Ubuntu 24.04 LTS", 2029y / 5 / 31, 2034y / 4 / 25},
    {"ubuntu", "24.10", "Ubuntu 24.10", 2025y / 7 / 10, kNone},
    {"ubuntu", "25.04", "Ubuntu 25.04", 2026y / 1 / 15, kNone},
    {"ubuntu", "25.10", "Ubuntu 25.10", 2026y / 7 / 9, kNone},
    {"alpine", "3.3", "Alpine 3.3", 2017y / 11 / 1, kNone},
    {"alpine", "3.4", "Alpine 3.4", 2018y / 5 / 1, kNone},
    {"alpine", "3.5", "Alpine 3.5", 2018y / 11 / 1, kNone},
    {"alpine", "3.6", "Alpine 3.6", 2019y / 5 / 1, kNone},
    {"alpine", "3.7", "Alpine 3.7", 2019y / 11 / 1, kNone},
    {"alpine", "3.8", "Alpine 3.8", 2020y / 5 / 1, kNone},
    {"alpine", "3.9", "Alpine 3.9", 2020y / 11 / 1, kNone},
    {"alpine", "3.10", "Alpine 3.10", 2021y / 5 / 1, kNone},
    {"alpine", "3.11", "Alpine 3.11", 2021y / 11 / 1, kNone},
    {"alpine", "3.12", "Alpine 3.12", 2022y / 5 / 1, kNone},
    {"alpine", "3.13", "Alpine 3.13", 2022y / 11 / 1, kNone},
    {"alpine", "3.14", "Alpine 3.14", 2023y / 5 / 1, kNone},
    {"alpine", "3.15", "Alpine 3.15", 2023y / 11 / 1, kNone},
    {"alpine", "3.16", "Alpine 3.16", 2024y / 5 / 23, kNone},
    {"alpine", "3.17", "Alpine 3.17", 2024y / 11 / 22, kNone},
    {"alpine", "3.18", "Alpine 3.18", 2025y / 5 / 9, kNone},
    {"alpine", "3.19", "Alpine 3.19", 2025y / 11 / 1, kNone},
    {"alpine", "3.20", "Alpine 3.20", 2026y / 4 / 1, kNone},
    {"alpine", "3.21", "Alpine 3.21", 2026y / 11 / 1, kNone},
    {"alpine", "3.22", "Alpine 3.22", 2027y / 5 / 1, kNone},
    {"alpine", "3.23", "Alpine 3.23", 2027y / 11 / 1, kNone},
    {"rhel", "6", "Red Hat Enterprise Linux 6", 2020y / 11 / 30, 2024y / 6 / 30},
    {"rhel", "7", "Red Hat Enterprise Linux 7", 2024y / 6 / 30, 2028y / 6 / 30},
    {"rhel", "8", "Red Hat Enterprise Linux 8", 2029y / 5 / 31, 2032y / 5 / 31},
    {"rhel", "9", "Red Hat Enterprise Linux 9", 2032y / 5 / 31, 2035y / 5 / 31},
    {"rhel", "10", "Red Hat Enterprise Linux 10", 2035y / 5 / 31, 2038y / 5 / 31},
    {"centos", "6", "CentOS 6", 2020y / 11 / 30, kNone},
    {"centos", "7", "CentOS 7", 2024y / 6 / 30, kNone},
    {"centos", "8", "CentOS 8", 2021y / 12 / 31, kNone},
    {"centos-stream", "8", "CentOS Stream 8", 2024y / 5 / 31, kNone},
    {"centos-stream", "9", "CentOS Stream 9", 2027y / 5 / 31, kNone},
    {"rocky", "8", "Rocky Linux 8", 2029y / 5 / 31, kNone},
    {"rocky", "9", "Rocky Linux 9", 2032y / 5 / 31, kNone},
    {"rocky", "10", "Rocky Linux 10", 2035y / 5 / 31, kNone},
    {"almalinux", "8", "AlmaLinux 8", 2029y / 3 / 1, kNone},
    {"almalinux", "9", "AlmaLinux 9", 2032y / 5 / 31, kNone},
    {"almalinux", "10", "AlmaLinux 10", 2035y / 5 / 31, kNone},
    {"ol", "6", "Oracle Linux 6", 2021y / 3 / 31, 2024y / 12 / 31},
    {"ol", "7", "Oracle Linux 7", 2024y / 12 / 31, 2028y / 6 / 30},
    {"ol", "8", "Oracle Linux 8", 2029y / 7 / 31, 2032y / 7 / 31},
    {"ol", "9", "Oracle Linux 9", 2032y / 6 / 30, 2035y / 6 / 30},
    {"fedora", "30", "Fedora 30", 2020y / 5 / 26, kNone},
    {"fedora", "31", "Fedora 31", 2020y / 11 / 24, kNone},
    {"fedora", "32", "Fedora 32", 2021y / 5 / 25, kNone},
    {"fedora", "33", "Fedora 33", 2021y / 11 / 30, kNone},
    {"fedora", "34", "Fedora 34", 2022y / 6 / 7, kNone},
    {"fedora", "35", "Fedora 35", 2022y / 12 / 13, kNone},
    {"fedora", "36", "Fedora 36", 2023y / 5 / 16, kNone},
    {"fedora", "37", "Fedora 37", 2023y / 12 / 5, kNone},
    {"fedora", "38", "Fedora 38", 2024y / 5 / 21, kNone},
    {"fedora", "39", "Fedora 39", 2024y / 11 / 26, kNone},
    {"fedora", "40", "Fedora 40", 2025y / 5 / 13, kNone},
    {"fedora", "41", "Fedora 41", 2025y / 12 / 15, kNone},
    {"fedora", "42", "Fedora 42", 2026y / 5 / 27, kNone},
    {"fedora", "43", "Fedora 43", 2026y / 12 / 9, kNone},
    {"amzn", "2018.03", "Amazon Linux 1", 2020y / 12 / 31, 2023y / 12 / 31},
    {"amzn", "2", "Amazon Linux 2", 2026y / 6 / 30, kNone},
    {"amzn", "2023", "Amazon Linux 2023", 2029y / 6 / 30, kNone},
    {"sles", "11.3", "SUSE Linux Enterprise Server 11 SP3", 2016y / 1 / 31, 2019y / 1 / 30},
    {"sles", "11.4", "SUSE Linux Enterprise Server 11 SP4", 2019y / 3 / 31, 2022y / 3 / 31},
    {"sles", "12.2", "SUSE Linux Enterprise Server 12 SP2", 2018y / 3 / 31, 2021y / 3 / 31},
    {"sles", "12.3", "SUSE Linux Enterprise Server 12 SP3", 2019y / 6 / 30, 2022y / 6 / 30},
    {"sles", "12.4", "SUSE Linux Enterprise Server 12 SP4", 2020y / 6 / 30, 2023y / 6 / 30},
    {"sles", "12.5", "SUSE Linux Enterprise Server 12 SP5", 2024y / 10 / 31, 2027y / 10 / 31},
    {"sles", "15", "SUSE Linux Enterprise Server 15", 2019y / 12 / 31, 2022y / 12 / 31},
    {"sles", "15.1", "SUSE Linux Enterprise Server 15 SP1", 2021y / 1 / 31, 2024y / 1 / 31},
    {"sles", "15.2", "SUSE Linux Enterprise Server 15 SP2", 2021y / 12 / 31, 2024y / 12 / 31},
    {"sles", "15.3", "SUSE Linux Enterprise Server 15 SP3", 2022y / 12 / 31, 2025y / 12 / 31},
    {"sles", "15.4", "SUSE Linux Enterprise Server 15 SP4", 2023y / 12 / 31, 2026y / 12 / 31},
    {"sles", "15.5", "SUSE Linux Enterprise Server 15 SP5", 2024y / 12 / 31, 2027y / 12 / 31},
    {"sles", "15.6", "SUSE Linux Enterprise Server 15 SP6", 2025y / 12 / 31, 2028y / 12 / 31},
    {"sles", "15.7", "SUSE Linux Enterprise Server 15 SP7", 2031y / 7 / 31, 2034y / 7 / 31},
    {"opensuse-leap", "42.1", "openSUSE Leap 42.1", 2017y / 5 / 17, kNone},
    {"opensuse-leap", "42.2", "openSUSE Leap 42.2", 2018y / 1 / 26, kNone},
    {"opensuse-leap", "42.3", "openSUSE Leap 42.3", 2019y / 7 / 1, kNone},
    {"opensuse-leap", "15.0", "openSUSE Leap 15.0", 2019y / 12 / 3, kNone},
    {"opensuse-leap", "15.1", "openSUSE Leap 15.1", 2021y / 2 / 2, kNone},
    {"opensuse-leap", "15.2", "openSUSE Leap 15.2", 2022y / 1 / 4, kNone},
    {"opensuse-leap", "15.3", "openSUSE Leap 15.3", 2022y / 12 / 31, kNone},
    {"opensuse-leap", "15.4", "openSUSE Leap 15.4", 2023y / 12 / 7, kNone},
    {"opensuse-leap", "15.5", "openSUSE Leap 15.5", 2024y / 12 / 31, kNone},
    {"opensuse-leap", "15.6", "openSUSE Leap 15.6", 2026y / 4 / 30, kNone},
    {"opensuse-leap", "16.0", "openSUSE Leap 16.0", 2027y / 10 / 31, kNone},
    {"photon", "1.0", "Photon OS 1.0", 2022y / 2 / 28, kNone},
    {"photon", "2.0", "Photon OS 2.0", 2022y / 12 / 31, kNone},
    {"photon", "3.0", "Photon OS 3.0", 2024y / 3 / 1, kNone},
    {"mariner", "2.0", "CBL-Mariner 2.0", 2025y / 7 / 31, kNone},
    {"azurelinux", "3.0", "Azure Linux 3.0", 2027y / 8 / 31, kNone},
};

// What of VERSION_ID picks the row: RHEL 9.4 is supported as 9, Alpine 3.18.9 as 3.18.
std::string_view release_of(std::string_view id, std::string_view version_id) {
  constexpr std::array<std::string_view, 8> kByMajor = {
      "debian", "rhel", "centos", "centos-stream", "rocky", "almalinux", "ol", "fedora"};
  const std::size_t dot = version_id.find('.');
  if (std::ranges::find(kByMajor, id) != kByMajor.end()) return version_id.substr(0, dot);
  if (id == "alpine" && dot != std::string_view::npos) {
    return version_id.substr(0, version_id.find('.', dot + 1));
  }
  if (id == "azurelinux" || id == "mariner") {  // "3.0.20240824"
    return version_id.substr(0, std::min(version_id.find('.', dot + 1), version_id.size()));
  }
  return version_id;
}

}  // namespace

std::optional<Support> support_of(const Distribution& distribution) {
  std::string_view id = distribution.id;
  if (id == "centos" && distribution.pretty_name.contains("Stream")) id = "centos-stream";
  if (id == "opensuse") id = "opensuse-leap";  // Leap 42 named itself so
  const std::string_view release = release_of(id, distribution.version_id);
  for (const Row& row : kRows) {
    if (row.id != id || row.release != release) continue;
    Support support;
    support.end_of_life = std::chrono::sys_days(row.end_of_life);
    if (row.extended.ok()) support.extended = std::chrono::sys_days(row.extended);
    support.name = row.name;
    return support;
  }
  return std::nullopt;
}

}  // namespace corten::package
