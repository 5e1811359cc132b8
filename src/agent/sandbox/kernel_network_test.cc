// KernelNetwork against a real kernel. The program moves into a network and a mount namespace of its own before the
// first test, so the machine it runs on notices nothing. A second namespace stands for the world outside.
#include "agent/sandbox/kernel_network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include "agent/sandbox/links.h"
#include "agent/sandbox/namespaces.h"
#include "agent/sandbox/network_contract.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

class OwnMachine final : public ::testing::Environment {
 public:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    ASSERT_EQ(::unshare(CLONE_NEWNET | CLONE_NEWNS), 0);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    ASSERT_TRUE(socket);
    NetlinkBatch batch;
    raise_loopback(batch);
    ASSERT_TRUE(socket->run(batch));
  }
};

[[maybe_unused]] const auto* own_machine = ::testing::AddGlobalTestEnvironment(new OwnMachine);

/// A TCP or UDP socket bound in a namespace (-1: the machine's own); listening if TCP.
OwnedFd open_socket(int netns, int type, const std::string& address, int port, bool listening) {
  OwnedFd fd;
  auto make = [&]() -> Status {
    fd = OwnedFd(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, address.c_str(), &at.sin_addr);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0) << address << ' ' << std::strerror(errno);
    if (listening) EXPECT_EQ(::listen(fd.get(), 16), 0);
    return Done{};
  };
  auto outcome = netns < 0 ? make() : inside_namespace(netns, make);
  EXPECT_TRUE(outcome) << outcome.error().message;
  return fd;
}

OwnedFd listen_in(int netns, int port, const std::string& address = "0.0.0.0") {
  return open_socket(netns, SOCK_STREAM, address, port, true);
}

constexpr int soon = 3000;        // ms: an answer that must come
constexpr int long_enough = 250;  // ms: an answer that must not come

/// What became of a connection attempt: 0 connected, else the errno (ETIMEDOUT when nothing answered).
int connect_from(
    int netns, const std::string& address, int port, int patience, const std::string& from = "0.0.0.0"
) {
  auto fd = open_socket(netns, SOCK_STREAM, from, 0, false);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, address.c_str(), &to.sin_addr);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd wait{.fd = fd.get(), .events = POLLOUT, .revents = 0};
  if (::poll(&wait, 1, patience) == 0) return ETIMEDOUT;
  int problem = 0;
  socklen_t size = sizeof problem;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &problem, &size);
  return problem;
}

/// The address the next waiting connection comes from, or "" if there is none.
std::string next_peer(const OwnedFd& listener) {
  pollfd wait{.fd = listener.get(), .events = POLLIN, .revents = 0};
  if (::poll(&wait, 1, soon) <= 0) return "";
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  OwnedFd connection(::accept(listener.get(), reinterpret_cast<sockaddr*>(&peer), &size));
  char text[INET_ADDRSTRLEN] = {};
  ::inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
  return text;
}

bool reaches(int netns, const std::string& address, int port) { return connect_from(netns, address, port, soon) == 0; }

bool is_dropped(int netns, const std::string& address, int port) {
  return connect_from(netns, address, port, long_enough) == ETIMEDOUT;
}

SecurityGroup open_group(std::string id) { return {.id = std::move(id), .ingress = {{}}, .egress = {{}}}; }

class KernelNetworkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    char pattern[] = "/tmp/roadstead-network-XXXXXX";
    directory_ = ::mkdtemp(pattern);
    config_.state_dir = cat(directory_, "/network");
    config_.pool_size = 0;
    config_.host_tcp_ports = {8443};
  }

  void TearDown() override {
    network_.reset();
    if (directory_.empty()) return;
    auto outcome = teardown_network(config_);
    EXPECT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(std::filesystem::is_empty(directory_)) << "teardown leaves no file";
    EXPECT_EQ(task_links(), 0);
    std::filesystem::remove(directory_);
  }

  std::unique_ptr<KernelNetwork> open() {
    auto network = KernelNetwork::open(config_);
    EXPECT_TRUE(network) << network.error().message << network.error().detail;
    return network ? std::move(*network) : nullptr;
  }

  void start(const std::vector<SecurityGroup>& groups) {
    network_ = open();
    ASSERT_TRUE(network_);
    auto outcome = network_->set_security_groups(groups);
    ASSERT_TRUE(outcome) << outcome.error().message;
    auto recovered = network_->recover({});
    ASSERT_TRUE(recovered) << recovered.error().message << recovered.error().detail;
  }

  /// Joins and opens the namespace.
  OwnedFd join(const NetworkSpec& task, Joined* answer = nullptr) {
    auto joined = network_->join(task);
    EXPECT_TRUE(joined) << joined.error().message << joined.error().detail;
    if (!joined) return {};
    if (answer != nullptr) *answer = *joined;
    auto fd = open_namespace(joined->netns_path);
    EXPECT_TRUE(fd) << fd.error().message;
    return fd ? std::move(*fd) : OwnedFd();
  }

  int task_links() const {
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    auto links = list_links(*socket);
    int count = 0;
    for (const auto& link : *links) count += is_task_link(link.name, config_.link_prefix) ? 1 : 0;
    return count;
  }

  static int routes() {
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    NetlinkBatch batch;
    batch.begin(RTM_GETROUTE, NLM_F_DUMP, "list routes");
    rtmsg head{};
    head.rtm_family = AF_INET;
    batch.header(head);
    int count = 0;
    EXPECT_TRUE(socket->dump(batch, [&](const NetlinkMessage&) { ++count; }));
    return count;
  }

  std::string table() const {
    auto nftables = Nftables::open();
    auto text = nftables->list(cat("list table inet ", config_.table));
    return text ? *text : text.error().message;
  }

  std::string directory_;
  NetworkConfig config_;
  std::unique_ptr<KernelNetwork> network_;
};

TEST_F(KernelNetworkTest, KeepsTheNetworkContract) {
  keeps_the_network_contract([this] { return open(); });
}

TEST_F(KernelNetworkTest, HostReachesTaskAndTaskReachesWhatItMay) {
  start({open_group("sg-open")});
  auto task = join(awsvpc_task("t1", "10.80.0.5"));
  auto in_task = listen_in(task.get(), 80);
  EXPECT_TRUE(reaches(-1, "10.80.0.5", 80));
  EXPECT_EQ(next_peer(in_task), "10.80.0.1");
  auto lo_in_task = listen_in(task.get(), 81, "127.0.0.1");
  EXPECT_TRUE(reaches(task.get(), "127.0.0.1", 81));
  auto allowed = listen_in(-1, 8443);
  auto forbidden = listen_in(-1, 9000);
  auto endpoint = listen_in(-1, 80, "169.254.170.2");
  EXPECT_TRUE(reaches(task.get(), "10.80.0.1", 8443));
  EXPECT_EQ(next_peer(allowed), "10.80.0.5");
  EXPECT_TRUE(is_dropped(task.get(), "10.80.0.1", 9000));
  EXPECT_TRUE(reaches(task.get(), "169.254.170.2", 80));
  EXPECT_EQ(next_peer(endpoint), "10.80.0.5");
  EXPECT_TRUE(is_dropped(task.get(), "169.254.170.2", 8443));
  EXPECT_TRUE(is_dropped(task.get(), "169.254.169.254", 80));
}

}  // namespace
}  // namespace roadstead
