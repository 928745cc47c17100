# Writes the records of data/starter into a header as raw string literals.
file(GLOB STARTER_FILES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/starter/*.json)
list(SORT STARTER_FILES)
set(STARTER_ROWS "")
foreach(file IN LISTS STARTER_FILES)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" content)
  string(APPEND STARTER_ROWS "    {\"${name}\", R\"starter(${content})starter\"},\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
endforeach()
set(STARTER_HEADER "// Made from data/starter by src/advisory/starter.cmake.
#pragma once
#include <string_view>
namespace corten::advisory {
struct StarterDocument {
  std::string_view name;
  std::string_view content;
};
inline constexpr StarterDocument kStarterDocuments[] = {
${STARTER_ROWS}};
}  // namespace corten::advisory
")
file(GENERATE OUTPUT ${CORTEN_ADVISORY_GENERATED}/starter_records.h CONTENT "${STARTER_HEADER}")
