// Grouping: one flaw is one row, however many binary packages of one source (or files, or subjects)
// have it.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"

namespace corten::report {

// Findings that a person would fix in one go. Borrows from the findings; never empty.
struct Group {
  std::vector<const Finding*> members;  // in the order of the report; the first one speaks for all

  [[nodiscard]] const Finding& lead() const { return *members.front(); }
};

// Vulnerabilities are one group when id, subject, source package, installed version, fix and
// severity agree; everything else when kind, id, severity, title and remedy do, over all subjects.
// Suppressed findings never share a group with others. Groups have the order of their first
// members.
[[nodiscard]] std::vector<Group> group_findings(const std::vector<Finding>& findings);

// The same flaw of the same package in the base layers of several subjects is one group: it goes
// away at one place, the base. Groups keep the order of their first members, and others stay as
// they are.
[[nodiscard]] std::vector<Group> merge_shared_bases(std::vector<Group> groups);

// "libc6 +4" (four more packages), "lodash ×3" (one package in three places), or the name alone.
[[nodiscard]] std::string package_label(const Group& group);

// Distinct subjects of the members, in order.
[[nodiscard]] std::vector<std::string> subjects_of(const Group& group);

}  // namespace corten::report
