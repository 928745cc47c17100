// Ownership of C handles: std::unique_ptr<archive, Closer<archive_read_free>>.
#pragma once

#include <memory>

namespace corten {

template <auto Close>
struct Closer {
  template <typename T>
  void operator()(T* handle) const noexcept {
    (void)Close(handle);
  }
};

}  // namespace corten
