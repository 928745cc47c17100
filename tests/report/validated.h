// Validation by independent tools, for the tests.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/subprocess.h"

namespace corten::report {

inline std::filesystem::path schema_path(const std::string& name) {
  return std::filesystem::path(CORTEN_SHARED_DIR) / "schemas" / name;
}

// Runs a validator on `text`; what it says when it refuses, or empty.
inline std::string complaints_of(std::vector<std::string> argv, const std::string& text) {
  const auto run = run_subprocess(argv, text);
  if (!run) return run.error().message;
  return run->status == 0 ? std::string() : run->out + run->err;
}

inline std::string json_schema_complaints(const std::filesystem::path& schema,
                                          const std::string& text) {
  return complaints_of({"python3", "-c",
                        "import json, sys, jsonschema\n"
                        "schema = json.load(open(sys.argv[1]))\n"
                        "checker = jsonschema.validators.validator_for(schema)(schema)\n"
                        "errors = [f'{list(e.path)}: {e.message[:300]}' for e in "
                        "checker.iter_errors(json.load(sys.stdin))]\n"
                        "sys.exit('\\n'.join(errors[:5]) if errors else 0)",
                        schema.string()},
                       text);
}

inline std::string xml_schema_complaints(const std::filesystem::path& schema,
                                         const std::string& text) {
  return complaints_of({"xmllint", "--noout", "--nonet", "--schema", schema.string(), "-"}, text);
}

}  // namespace corten::report
