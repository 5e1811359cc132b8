// A list of AWS's model that may be absent, read as one that may be empty. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

namespace roadstead {

/// The list, or one without elements; it lives as long as `list`.
template <class T>
const std::vector<T>& list_of(const std::optional<std::vector<T>>& list) {
  static const std::vector<T> none;
  return list ? *list : none;
}

}  // namespace roadstead
