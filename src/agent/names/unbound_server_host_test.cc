// A real unbound on an address of loopback that nobody else has, asked by plain UDP. Needs the package unbound.
#include "agent/names/unbound_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <vector>

#include "agent/names/render_zone.h"
#include "base/text/text.h"
#include "io/fd.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr std::uint16_t type_a = 1;

/// What a question was answered: the code, and how many records.
struct Answer {
  int code = -1;
  int records = -1;
  std::string bytes = {};
};

std::string question(const std::string& name, std::uint16_t type) {
  std::string out{"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12};
  for (auto label : split(name, '.')) out += cat(static_cast<char>(label.size()), label);
  out.append({0, 0, static_cast<char>(type), 0, 1});
  return out;
}

class UnboundServerHostTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(name_server_installed()) << "unbound is not installed: ./dev setup run";
    directory_ = make_temporary_directory("/tmp", "roadstead-names-").value();
    // Another address for each run, so that two at once do not meet.
    settings_.address = cat("127.83.", ::getpid() / 250 % 250 + 1, '.', ::getpid() % 250 + 1);
    settings_.directory = directory_ + "/names";
    settings_.ranges = {"127.0.0.0/8"};
    settings_.user = name_server_user();
    settings_.resolv_conf = directory_ + "/resolv.conf";
    ASSERT_TRUE(write_file_atomic(settings_.resolv_conf, "nameserver 127.0.0.1\n"));
  }

  void TearDown() override {
    if (directory_.empty()) return;
    EXPECT_TRUE(UnboundServer(settings_).shutdown());
    EXPECT_TRUE(remove_tree(directory_));
  }

  Answer ask(const std::string& name, std::uint16_t type = type_a) {
    Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(53);
    ::inet_pton(AF_INET, settings_.address.c_str(), &where.sin_addr);
    auto text = question(name, type);
    ::sendto(socket.get(), text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&where), sizeof where);
    std::string got(4096, '\0');
    auto size = ::recv(socket.get(), got.data(), got.size(), 0);
    if (size < 12) return {};
    got.resize(static_cast<std::size_t>(size));
    return {.code = got[3] & 15, .records = static_cast<unsigned char>(got[7]), .bytes = got};
  }

  static std::string zone(int instances) {
    NamesView view{.private_zones = {"corp"}};
    ToldName web{.name = "web.corp", .records = {{.type = servicediscovery::RecordType::a, .ttl = 10}}};
    for (int i = 1; i <= instances; ++i) web.instances.push_back({.id = cat("t", i), .ipv4 = cat("10.80.0.", i)});
    view.names = {web};
    return render_zone(view, 0);
  }

  std::string directory_;
  NameServerSettings settings_;
};

TEST_F(UnboundServerHostTest, TellsAndTellsAnew) {
  UnboundServer server(settings_);
  auto told = server.tell(zone(2));
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(ask("web.corp").records, 2);
  EXPECT_NE(ask("web.corp").bytes.find("\x0a\x50\x00\x02", 0, 4), std::string::npos);
  EXPECT_EQ(ask("nobody.corp").code, 3) << "nothing else is in a private namespace";
  EXPECT_EQ(ask("web.corp", 28).code, 0);
  EXPECT_EQ(ask("web.corp", 28).records, 0);
  ASSERT_TRUE(server.tell(zone(1)));
  EXPECT_EQ(ask("WEB.corp").records, 1);
  ASSERT_TRUE(server.tell(zone(0)));
  EXPECT_EQ(ask("web.corp").code, 3);
  EXPECT_EQ(server.starts(), 1) << "new names need no new process";
}

TEST_F(UnboundServerHostTest, OutlivesItsKeeperAndComesBack) {
  ASSERT_TRUE(UnboundServer(settings_).tell(zone(2)));
  UnboundServer next(settings_);
  EXPECT_TRUE(next.running());
  ASSERT_TRUE(next.tell(zone(3)));
  EXPECT_EQ(ask("web.corp").records, 3);
  EXPECT_EQ(next.starts(), 0) << "the one that runs is taken over";
  ASSERT_TRUE(next.shutdown());
  EXPECT_FALSE(next.running());
  ASSERT_TRUE(next.tell(zone(3)));
  EXPECT_EQ(ask("web.corp").records, 3);
  EXPECT_EQ(next.starts(), 1);
}

TEST_F(UnboundServerHostTest, OneThatDoesNotAnswerMakesRoom) {
  ASSERT_TRUE(UnboundServer(settings_).tell(zone(2)));
  ASSERT_TRUE(remove_file(settings_.directory + "/control.sock"));
  UnboundServer next(settings_);
  auto told = next.tell(zone(1));
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(next.starts(), 1);
  EXPECT_EQ(ask("web.corp").records, 1);
}

TEST_F(UnboundServerHostTest, SaysWhyItCannotStart) {
  Fd squatter(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(53);
  ::inet_pton(AF_INET, settings_.address.c_str(), &where.sin_addr);
  ASSERT_EQ(::bind(squatter.get(), reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  auto told = UnboundServer(settings_).tell(zone(1));
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, "NamesUnavailable");
  EXPECT_NE(told.error().message.find(settings_.address), std::string::npos) << told.error().message;
}

}  // namespace
}  // namespace roadstead
