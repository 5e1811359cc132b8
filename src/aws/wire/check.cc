#include "aws/wire/check.h"

#include <string>

#include "aws/wire/pattern.h"
#include "aws/wire/refusal.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

/// Characters, not bytes: AWS counts what a person counts.
std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::string number(double value) {
  if (value == static_cast<double>(static_cast<std::int64_t>(value))) return cat(static_cast<std::int64_t>(value));
  return cat(value);
}

struct Measured {
  double size;
  bool is_number;
};

Measured measure(const Type& type, const void* value) {
  switch (type.kind) {
    case Kind::integer:
      return {static_cast<double>(*static_cast<const std::int32_t*>(value)), true};
    case Kind::long_integer:
      return {static_cast<double>(*static_cast<const std::int64_t*>(value)), true};
    case Kind::floating:
      return {*static_cast<const double*>(value), true};
    case Kind::string:
      return {static_cast<double>(characters(*static_cast<const std::string*>(value))), false};
    case Kind::blob:
      return {static_cast<double>(static_cast<const std::string*>(value)->size()), false};
    case Kind::list:
      return {static_cast<double>(type.list->size(value)), false};
    case Kind::map:
      return {static_cast<double>(type.map->size(value)), false};
    default:
      return {0, false};
  }
}

/// What a refusal quotes: nothing of what may be secret or long.
std::string shown(const Type& type, bool sensitive, const Measured& measured, const void* value) {
  if (sensitive || type.sensitive) return "***";
  if (measured.is_number) return number(measured.size);
  if (type.kind != Kind::string) return cat("[", static_cast<std::int64_t>(measured.size), " items]");
  const auto& text = *static_cast<const std::string*>(value);
  return text.size() <= 256 ? text : cat(std::string_view(text).substr(0, 256), "…");
}

class Checker {
 public:
  explicit Checker(const Refusals& refusals) : refusals_(refusals) {}

  Status walk(const Type& type, const void* value, const Path& path) {
    if (type.limits) TRY(check_limits(type, value, path));
    switch (type.kind) {
      case Kind::structure:
        return walk_structure(type, value, path);
      case Kind::list:
        return walk_list(type, value, path);
      case Kind::map:
        return walk_map(type, value, path);
      default:
        return Done{};
    }
  }

 private:
  Status check_limits(const Type& type, const void* value, const Path& path) const {
    const Limits& limits = *type.limits;
    Measured measured = measure(type, value);
    bool sensitive = path.member != nullptr && path.member->sensitive;
    std::string_view subject = measured.is_number ? "have value" : "have length";
    if (measured.size < limits.min) {
      return out_of_bounds(
          refusals_, path, shown(type, sensitive, measured, value),
          cat("Member must ", subject, " greater than or equal to ", number(limits.min))
      );
    }
    if (measured.size > limits.max) {
      return out_of_bounds(
          refusals_, path, shown(type, sensitive, measured, value),
          cat("Member must ", subject, " less than or equal to ", number(limits.max))
      );
    }
    if (type.kind == Kind::string && !limits.pattern.empty()) {
      if (!matches(limits.pattern, *static_cast<const std::string*>(value))) {
        return out_of_bounds(
            refusals_, path, shown(type, sensitive, measured, value),
            cat("Member must satisfy regular expression pattern: ", limits.pattern)
        );
      }
    }
    return Done{};
  }

  Status walk_structure(const Type& type, const void* object, const Path& path) {
    for (const Member& member : type.members) {
      const void* value = member.get(object);
      if (value == nullptr) continue;
      TRY(walk(*member.type, value, Path{.parent = &path, .member = &member}));
    }
    return Done{};
  }

  Status walk_list(const Type& type, const void* list, const Path& path) {
    for (std::size_t i = 0, size = type.list->size(list); i < size; ++i) {
      TRY(walk(*type.element, type.list->at(list, i), Path{.parent = &path, .index = i}));
    }
    return Done{};
  }

  Status walk_map(const Type& type, const void* map, const Path& path) {
    struct State {
      Checker& checker;
      const Type& type;
      const Path& path;
      Status status;
    } state{*this, type, path, Done{}};
    type.map->each(map, &state, [](void* context, const std::string& key, const void* value) {
      auto& s = *static_cast<State*>(context);
      if (!s.status) return;
      Path here{.parent = &s.path, .key = key};
      if (s.type.key) s.status = s.checker.walk(*s.type.key, &key, here);
      if (s.status) s.status = s.checker.walk(*s.type.element, value, here);
    });
    return std::move(state.status);
  }

  const Refusals& refusals_;
};

}  // namespace

Status check(const Refusals& refusals, const Type& type, const void* object) {
  return Checker(refusals).walk(type, object, Path{});
}

}  // namespace roadstead
