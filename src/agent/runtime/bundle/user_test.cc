#include "agent/runtime/bundle/user.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

constexpr std::string_view passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nweb:x:33:34::/var/www:/bin/sh\n";
constexpr std::string_view group = "root:x:0:\nweb:x:34:\nlogs:x:50:web,other\naudio:x:60:other\n";

ContainerUser resolve(std::string_view user, const std::vector<std::string>& additional = {}) {
  auto found = resolve_user(user, additional, passwd, group);
  EXPECT_TRUE(found) << found.error().message;
  return found.value_or({});
}

TEST(User, FindsNamesAndNumbers) {
  EXPECT_EQ(resolve(""), (ContainerUser{0, 0, {}, "/root"}));
  EXPECT_EQ(resolve("web"), (ContainerUser{33, 34, {50}, "/var/www"}));
  EXPECT_EQ(resolve("33"), (ContainerUser{33, 34, {50}, "/var/www"}));
  EXPECT_EQ(resolve("web:audio"), (ContainerUser{33, 60, {}, "/var/www"}));
  EXPECT_EQ(resolve("web:7"), (ContainerUser{33, 7, {}, "/var/www"}));
  EXPECT_EQ(resolve("1234"), (ContainerUser{1234, 0, {}, "/"}));
  EXPECT_EQ(resolve("1234:99", {"logs", "5", "logs"}), (ContainerUser{1234, 99, {5, 50}, "/"}));
}

TEST(User, RefusesUnknownNames) {
  EXPECT_EQ(
      resolve_user("ghost", {}, passwd, group).error().message,
      "failed to create task for container: unable to find user ghost: no matching entries in passwd file"
  );
  EXPECT_EQ(
      resolve_user("web:ghosts", {}, passwd, group).error().message,
      "failed to create task for container: unable to find group ghosts: no matching entries in group file"
  );
  EXPECT_FALSE(resolve_user("0", {"ghosts"}, passwd, group));
  EXPECT_TRUE(resolve_user("0:0", {}, "", ""));
}

}  // namespace
}  // namespace roadstead
