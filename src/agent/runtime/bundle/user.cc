#include "agent/runtime/bundle/user.h"

#include <optional>
#include <set>

#include "base/text/text.h"

namespace roadstead {
namespace {

struct PasswdLine {
  std::string_view name;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string_view home;
};

struct GroupLine {
  std::string_view name;
  std::uint32_t gid = 0;
  std::vector<std::string_view> members;
};

std::vector<PasswdLine> parse_passwd(std::string_view text) {
  std::vector<PasswdLine> lines;
  for (auto line : split(text, '\n')) {
    auto fields = split(line, ':');
    if (fields.size() < 6) continue;
    auto uid = to_number<std::uint32_t>(fields[2]);
    auto gid = to_number<std::uint32_t>(fields[3]);
    if (uid && gid) lines.push_back({fields[0], *uid, *gid, fields[5]});
  }
  return lines;
}

std::vector<GroupLine> parse_group(std::string_view text) {
  std::vector<GroupLine> lines;
  for (auto line : split(text, '\n')) {
    auto fields = split(line, ':');
    if (fields.size() < 4) continue;
    auto gid = to_number<std::uint32_t>(fields[2]);
    if (gid) lines.push_back({fields[0], *gid, split(fields[3], ',')});
  }
  return lines;
}

Error refuse(std::string_view what) {
  return {"CannotStartContainerError", cat("failed to create task for container: ", what)};
}

std::optional<PasswdLine> find_user(const std::vector<PasswdLine>& lines, std::string_view wanted) {
  auto uid = to_number<std::uint32_t>(wanted);
  for (const auto& line : lines) {
    if (line.name == wanted || (uid && line.uid == *uid)) return line;
  }
  return std::nullopt;
}

Result<std::uint32_t> find_group(const std::vector<GroupLine>& lines, std::string_view wanted) {
  for (const auto& line : lines) {
    if (line.name == wanted) return line.gid;
  }
  if (auto gid = to_number<std::uint32_t>(wanted)) return *gid;
  return refuse(cat("unable to find group ", wanted, ": no matching entries in group file"));
}

}  // namespace

Result<ContainerUser> resolve_user(
    std::string_view user, const std::vector<std::string>& additional, std::string_view passwd, std::string_view group
) {
  auto colon = user.find(':');
  auto user_part = user.substr(0, colon);
  auto group_part = colon == std::string_view::npos ? std::string_view() : user.substr(colon + 1);
  if (user_part.empty()) user_part = "0";
  auto users = parse_passwd(passwd);
  auto groups = parse_group(group);

  ContainerUser found;
  auto line = find_user(users, user_part);
  if (line) {
    found.uid = line->uid;
    found.gid = line->gid;
    if (!line->home.empty()) found.home = std::string(line->home);
  } else if (auto uid = to_number<std::uint32_t>(user_part)) {
    found.uid = *uid;
  } else {
    return refuse(cat("unable to find user ", user_part, ": no matching entries in passwd file"));
  }

  std::set<std::uint32_t> supplementary;
  if (!group_part.empty()) {
    found.gid = TRY(find_group(groups, group_part));
  } else if (line) {
    for (const auto& candidate : groups) {
      for (auto member : candidate.members) {
        if (member == line->name) supplementary.insert(candidate.gid);
      }
    }
  }
  for (const auto& name : additional) supplementary.insert(TRY(find_group(groups, name)));
  found.groups.assign(supplementary.begin(), supplementary.end());
  return found;
}

}  // namespace roadstead
