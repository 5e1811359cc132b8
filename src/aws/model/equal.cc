#include "aws/model/equal.h"

#include <cstring>

#include "base/time/time.h"

namespace roadstead {

namespace {

template <class T>
bool same(const void* a, const void* b) {
  return *static_cast<const T*>(a) == *static_cast<const T*>(b);
}

/// As ==, but NaN equals itself: an object is equal to its copy.
bool same_number(double a, double b) { return a == b || (a != a && b != b); }

bool equal_lists(const Type& type, const void* a, const void* b) {
  std::size_t size = type.list->size(a);
  if (size != type.list->size(b)) return false;
  for (std::size_t i = 0; i < size; ++i) {
    if (!equal(*type.element, type.list->at(a, i), type.list->at(b, i))) return false;
  }
  return true;
}

struct MapComparison {
  const Type& type;
  const void* other;
  bool equal_so_far;
};

bool equal_maps(const Type& type, const void* a, const void* b) {
  if (type.map->size(a) != type.map->size(b)) return false;
  MapComparison comparison{type, b, true};
  type.map->each(a, &comparison, [](void* context, const std::string& key, const void* value) {
    auto& state = *static_cast<MapComparison*>(context);
    if (!state.equal_so_far) return;
    const void* other = state.type.map->find(state.other, key);
    state.equal_so_far = other != nullptr && equal(*state.type.element, value, other);
  });
  return comparison.equal_so_far;
}

bool equal_structures(const Type& type, const void* a, const void* b) {
  for (const Member& member : type.members) {
    const void* left = member.get(a);
    const void* right = member.get(b);
    if ((left == nullptr) != (right == nullptr)) return false;
    if (left && !equal(*member.type, left, right)) return false;
  }
  return true;
}

}  // namespace

bool equal(const Type& type, const void* a, const void* b) {
  switch (type.kind) {
    case Kind::boolean:
      return same<bool>(a, b);
    case Kind::integer:
      return same<std::int32_t>(a, b);
    case Kind::long_integer:
      return same<std::int64_t>(a, b);
    case Kind::floating:
      return same_number(*static_cast<const double*>(a), *static_cast<const double*>(b));
    case Kind::string:
    case Kind::blob:
    case Kind::document:
      return same<std::string>(a, b);
    case Kind::timestamp:
      return same<Instant>(a, b);
    case Kind::enumeration:
      return std::memcmp(a, b, sizeof(int)) == 0;
    case Kind::list:
      return equal_lists(type, a, b);
    case Kind::map:
      return equal_maps(type, a, b);
    case Kind::structure:
      return equal_structures(type, a, b);
  }
  return false;
}

}  // namespace roadstead
