// Amazon Resource Names: arn:partition:service:region:account:resource.
// Source: reference/ecs-core.md §1.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roadstead {

/// The six parts of an ARN. `resource` keeps its own slashes and colons: "task/default/0123…".
struct Arn {
  std::string partition = "aws";
  std::string service;
  std::string region;
  std::string account;
  std::string resource;

  bool operator==(const Arn&) const = default;

  /// The first part of the resource, up to '/' or ':': "task", "service", "log-group".
  std::string_view resource_type() const;

  /// What follows the resource type and its separator: "default/0123…".
  std::string_view resource_path() const;
};

std::string to_string(const Arn& arn);

/// Whether `text` claims to be an ARN at all.
inline bool looks_like_arn(std::string_view text) { return text.starts_with("arn:"); }

/// The parts of `text`, or nothing when it has fewer than six or an empty service or resource.
std::optional<Arn> parse_arn(std::string_view text);

}  // namespace roadstead
