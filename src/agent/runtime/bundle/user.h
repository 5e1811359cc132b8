// Who a container runs as: turns "user[:group]" into numbers with the texts of the root's /etc/passwd and /etc/group.
// Pure; any thread. Reading those files safely inside the root is root_file.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// The numbers that a process gets, and its home.
struct ContainerUser {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  /// Supplementary groups in ascending order, without repeats.
  std::vector<std::uint32_t> groups = {};
  std::string home = "/";

  bool operator==(const ContainerUser&) const = default;
};

/// Looks up `user` ("", "uid", "name", "uid:gid", "name:group", in any mix) as Docker does: a number that is in no file
/// is taken as it is, a name that is in no file is refused. Without a group the user's own and all groups that list the
/// user are taken; with one only that. `additional` are numbers or names of groups. Errors: CannotStartContainerError,
/// with Docker's words.
Result<ContainerUser> resolve_user(
    std::string_view user, const std::vector<std::string>& additional, std::string_view passwd, std::string_view group
);

}  // namespace roadstead
