// The operations on optionals, lists and maps that generated tables point to, one set for each element type.
// Only generated .cc files include it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/model/type.h"

namespace roadstead {

template <class T>
inline constexpr OptionalOps optional_ops{
    .get = [](const void* place) -> const void* {
      const auto& held = *static_cast<const std::optional<T>*>(place);
      return held ? &*held : nullptr;
    },
    .emplace = [](void* place) -> void* { return &static_cast<std::optional<T>*>(place)->emplace(); },
    .reset = [](void* place) { static_cast<std::optional<T>*>(place)->reset(); },
};

template <class T>
inline constexpr ListOps list_ops{
    .size = [](const void* list) { return static_cast<const std::vector<T>*>(list)->size(); },
    .at = [](const void* list, std::size_t index) -> const void* {
      return &(*static_cast<const std::vector<T>*>(list))[index];
    },
    .append = [](void* list) -> void* { return &static_cast<std::vector<T>*>(list)->emplace_back(); },
    .clear = [](void* list) { static_cast<std::vector<T>*>(list)->clear(); },
};

template <class T>
inline constexpr MapOps map_ops{
    .size = [](const void* map) { return static_cast<const std::map<std::string, T>*>(map)->size(); },
    .each =
        [](const void* map, void* context, MapOps::Visit visit) {
          for (const auto& [key, value] : *static_cast<const std::map<std::string, T>*>(map)) {
            visit(context, key, &value);
          }
        },
    .find = [](const void* map, const std::string& key) -> const void* {
      const auto& values = *static_cast<const std::map<std::string, T>*>(map);
      auto found = values.find(key);
      return found == values.end() ? nullptr : &found->second;
    },
    .emplace = [](void* map, std::string_view key) -> void* {
      return &(*static_cast<std::map<std::string, T>*>(map))[std::string(key)];
    },
    .clear = [](void* map) { static_cast<std::map<std::string, T>*>(map)->clear(); },
};

}  // namespace roadstead
