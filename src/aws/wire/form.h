// application/x-www-form-urlencoded bodies of the Query protocols: a tree of names, and objects filled from it.
//
// `Tags.member.1.Key=a` is the way Tags → member → 1 → Key in the tree. Lists are read with or without "member", since
// clients and services disagree. Depth and number of values are bounded. Pure; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/model/service_model.h"
#include "aws/model/type.h"
#include "base/result/result.h"

namespace roadstead {

inline constexpr std::size_t form_max_size = std::size_t{4} << 20;
inline constexpr int form_max_depth = 40;
inline constexpr int form_max_values = 20'000;

/// A name of a form, with what stands below it.
struct FormNode {
  std::optional<std::string> value;
  std::map<std::string, FormNode, std::less<>> children;

  const FormNode* child(std::string_view name) const {
    auto found = children.find(name);
    return found == children.end() ? nullptr : &found->second;
  }
};

/// How the two Query protocols name members.
enum class FormNames : int {
  query,  // xmlName, else the name; lists have "member" between
  ec2,    // ec2QueryName, else the name with a capital; lists never have anything between
};

/// The tree of a form body. Nothing when it is broken, too large or too deep.
std::optional<FormNode> parse_form(std::string_view body);

/// Fills `object`, a fresh object of the structure `type`. Errors: those of `refusals`.
Status read_form(const Type& type, const FormNode& form, void* object, const Refusals& refusals, FormNames names);

}  // namespace roadstead
