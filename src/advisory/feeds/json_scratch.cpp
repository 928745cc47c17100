#include "advisory/internal/json.h"

namespace corten::advisory {

JsonScratch::JsonScratch() : state_(std::make_unique<State>()) {}
JsonScratch::~JsonScratch() = default;

}  // namespace corten::advisory
