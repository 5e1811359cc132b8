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

#include "agent/sandbox/link/links.h"
#include "agent/sandbox/link/namespaces.h"
#include "agent/sandbox/network_contract.h"
#include "agent/sandbox/probe.h"
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

/// A namespace that stands for everything outside the machine: 198.51.100.2 behind a veth whose machine end is
/// 198.51.100.1, with routes to both the task range and everything else.
class Outside {
 public:
  Outside() {
    auto home = OwnedFd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    std::optional<NetlinkSocket> inside;
    int eth0 = 0;
    auto made = make_namespace([&]() -> Status {
      inside = TRY(NetlinkSocket::open(NETLINK_ROUTE));
      NetlinkBatch batch;
      add_veth(batch, "uplink", home.get());
      TRY(inside->run(batch));
      eth0 = TRY(link_index("eth0"));
      return Done{};
    });
    EXPECT_TRUE(made) << made.error().message;
    fd_ = std::move(*made);
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    NetlinkBatch up;
    raise_host_side(up, "uplink");
    EXPECT_TRUE(socket->run(up));
    auto index = link_index("uplink");
    auto ours = *parse_ipv4("198.51.100.1");
    auto theirs = *parse_ipv4("198.51.100.2");
    // The same routed pair as a task's, and everything unknown goes there too.
    NetlinkBatch without;
    add_host_address(without, *index, ours);
    configure_host_side(without, *index, "outside", mac_of(theirs), theirs, ours);
    add_default_route(without, *index, theirs);
    auto outcome = socket->run(without);
    EXPECT_TRUE(outcome) << outcome.error().message;
    NetlinkBatch within;
    configure_task_side(within, eth0, mac_of(theirs), theirs);
    outcome = inside->run(within);
    EXPECT_TRUE(outcome) << outcome.error().message;
  }

  ~Outside() {
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    NetlinkBatch batch;
    remove_link(batch, *link_index("uplink"));
    EXPECT_TRUE(socket->run(batch));
  }

  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

  int get() const { return fd_.get(); }

 private:
  OwnedFd fd_;
};

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
    if (listening) {
      EXPECT_EQ(::listen(fd.get(), 16), 0);
    }
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
    outside_.emplace();
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
    outside_.reset();
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

  /// Links of tasks that have left go with their namespaces, which the kernel removes when it finds time.
  int task_links_after(int expected) const {
    for (int turn = 0; turn < soon && task_links() != expected; ++turn) ::poll(nullptr, 0, 1);
    return task_links();
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

  std::optional<Outside> outside_;
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
  for (auto address : {"10.80.0.1", "198.51.100.1"}) {
    EXPECT_TRUE(reaches(task.get(), address, 8443));
    EXPECT_EQ(next_peer(allowed), "10.80.0.5");
    EXPECT_TRUE(is_dropped(task.get(), address, 9000));
  }
  EXPECT_TRUE(reaches(task.get(), "169.254.170.2", 80));
  EXPECT_EQ(next_peer(endpoint), "10.80.0.5");
  EXPECT_TRUE(is_dropped(task.get(), "169.254.170.2", 8443));
  EXPECT_TRUE(is_dropped(task.get(), "169.254.169.254", 80));
}

TEST_F(KernelNetworkTest, EndpointMayListenOnAnotherPort) {
  config_.endpoint_port = 51679;
  start({});
  auto task = join(awsvpc_task("t1", "10.80.0.5", {}));
  auto endpoint = listen_in(-1, 51679, "169.254.170.2");
  EXPECT_TRUE(reaches(task.get(), "169.254.170.2", 80)) << "whatever its groups are";
  EXPECT_EQ(next_peer(endpoint), "10.80.0.5");
}

TEST_F(KernelNetworkTest, GroupsDecideWhichTasksMeet) {
  SecurityGroup front{.id = "sg-front", .ingress = {}, .egress = {{}}};
  SecurityGroup back{.id = "sg-back",
                     .ingress = {{.protocol = "tcp", .from_port = 80, .to_port = 81, .group_id = "sg-front"},
                                 {.protocol = "tcp", .from_port = 90, .to_port = 90, .cidr = "10.80.0.6/32"}},
                     .egress = {{.protocol = "tcp", .from_port = 7, .to_port = 7, .cidr = "0.0.0.0/0"}}};
  start({front, back});
  auto a = join(awsvpc_task("a", "10.80.0.5", {"sg-front"}));
  auto b = join(awsvpc_task("b", "10.80.0.6", {"sg-back"}));
  auto c = join(awsvpc_task("c", "10.80.0.7", {"sg-back", "sg-front"}));
  auto b80 = listen_in(b.get(), 80);
  auto b82 = listen_in(b.get(), 82);
  auto c90 = listen_in(c.get(), 90);
  auto a7 = listen_in(a.get(), 7);
  EXPECT_TRUE(reaches(a.get(), "10.80.0.6", 80));
  EXPECT_EQ(next_peer(b80), "10.80.0.5");
  EXPECT_TRUE(is_dropped(a.get(), "10.80.0.6", 82)) << "not a port that is allowed";
  EXPECT_TRUE(is_dropped(a.get(), "10.80.0.7", 90)) << "not the address that is allowed";
  EXPECT_TRUE(is_dropped(b.get(), "10.80.0.7", 90)) << "b may not send to that port";
  EXPECT_TRUE(reaches(c.get(), "10.80.0.6", 80)) << "allowed by the second of its groups";
  EXPECT_TRUE(is_dropped(b.get(), "10.80.0.5", 7)) << "a lets nobody in";

  // The rules change under running tasks; then the groups of a task do.
  front.ingress = {{.protocol = "tcp", .from_port = 7, .to_port = 7, .group_id = "sg-back"}};
  back.ingress.clear();
  ASSERT_TRUE(network_->set_security_groups({front, back}));
  EXPECT_TRUE(reaches(b.get(), "10.80.0.5", 7));
  EXPECT_TRUE(is_dropped(a.get(), "10.80.0.6", 80));
  ASSERT_TRUE(network_->join(awsvpc_task("b", "10.80.0.6", {"sg-front"})));
  EXPECT_TRUE(is_dropped(b.get(), "10.80.0.5", 7)) << "no longer a member of sg-back";
}

TEST_F(KernelNetworkTest, MembersElsewhereCountAndAreForgotten) {
  SecurityGroup peers{.id = "sg-peers", .ingress = {}, .egress = {}, .remote_members = {"198.51.100.2"}};
  SecurityGroup door{.id = "sg-door", .ingress = {{.protocol = "tcp", .group_id = "sg-peers"}}};
  start({peers, door});
  auto task = join(awsvpc_task("t", "10.80.0.5", {"sg-door"}));
  auto listener = listen_in(task.get(), 80);
  EXPECT_TRUE(reaches(outside_->get(), "10.80.0.5", 80));
  peers.remote_members.clear();
  ASSERT_TRUE(network_->set_security_groups({peers, door}));
  EXPECT_TRUE(is_dropped(outside_->get(), "10.80.0.5", 80));
  peers.remote_members = {"198.51.100.2", "198.51.100.3"};
  ASSERT_TRUE(network_->set_security_groups({peers, door}));
  EXPECT_TRUE(reaches(outside_->get(), "10.80.0.5", 80));
}

TEST_F(KernelNetworkTest, NobodySendsFromAnAddressThatIsNotTheirs) {
  start({open_group("sg-open")});
  auto thief = join(awsvpc_task("thief", "10.80.0.5"));
  auto victim = join(awsvpc_task("victim", "10.80.0.6"));
  auto on_host = listen_in(-1, 8443);
  auto in_victim = listen_in(victim.get(), 80);
  auto add_foreign_addresses = [&]() -> Status {
    auto socket = TRY(NetlinkSocket::open(NETLINK_ROUTE));
    NetlinkBatch batch;
    add_host_address(batch, TRY(link_index("eth0")), *parse_ipv4("10.80.0.6"));
    add_host_address(batch, TRY(link_index("eth0")), *parse_ipv4("203.0.113.9"));
    return socket.run(batch);
  };
  ASSERT_TRUE(inside_namespace(thief.get(), add_foreign_addresses));
  EXPECT_EQ(connect_from(thief.get(), "10.80.0.1", 8443, soon, "10.80.0.5"), 0);
  EXPECT_EQ(connect_from(thief.get(), "10.80.0.1", 8443, long_enough, "10.80.0.6"), ETIMEDOUT);
  EXPECT_EQ(connect_from(thief.get(), "10.80.0.1", 8443, long_enough, "203.0.113.9"), ETIMEDOUT);
  EXPECT_EQ(connect_from(thief.get(), "198.51.100.2", 80, long_enough, "203.0.113.9"), ETIMEDOUT);
  EXPECT_EQ(next_peer(on_host), "10.80.0.5");
  pollfd more{.fd = on_host.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&more, 1, 0), 0) << "a forged connection arrived";
}

TEST_F(KernelNetworkTest, OutsideSeesTheMachineAndEgressRulesHold) {
  SecurityGroup web{.id = "sg-web", .ingress = {}, .egress = {{.protocol = "tcp", .from_port = 443, .to_port = 443}}};
  start({web});
  auto task = join(awsvpc_task("t", "10.80.0.5", {"sg-web"}));
  auto server = listen_in(outside_->get(), 443);
  auto other = listen_in(outside_->get(), 25);
  EXPECT_TRUE(reaches(task.get(), "198.51.100.2", 443));
  EXPECT_EQ(next_peer(server), "198.51.100.1") << "masqueraded";
  EXPECT_TRUE(is_dropped(task.get(), "198.51.100.2", 25));
  auto in_task = listen_in(task.get(), 80);
  EXPECT_TRUE(is_dropped(outside_->get(), "10.80.0.5", 80)) << "no ingress rule";
}

TEST_F(KernelNetworkTest, ResolversAreReachedWhateverTheGroupsSay) {
  start({});
  auto spec = awsvpc_task("t", "10.80.0.5", {});
  spec.dns_servers = {"198.51.100.2"};
  auto resolver = listen_in(outside_->get(), 53);
  auto task = join(spec);
  EXPECT_TRUE(reaches(task.get(), "198.51.100.2", 53));
  auto other = join(awsvpc_task("other", "10.80.0.6", {}));
  EXPECT_TRUE(is_dropped(other.get(), "198.51.100.2", 53)) << "not its resolver";
}

TEST_F(KernelNetworkTest, MappedPortsLeadToTheTaskFromEverywhere) {
  start({open_group("sg-open")});
  Joined answer;
  auto spec = bridge_task("b", {{.container_port = 80, .host_port = 18080}, {.container_port = 80}});
  auto task = join(spec, &answer);
  auto listener = listen_in(task.get(), 80);
  auto dynamic = answer.port_mappings.at(1).host_port;
  for (int port : {18080, static_cast<int>(dynamic)}) {
    EXPECT_TRUE(reaches(outside_->get(), "198.51.100.1", port));
    EXPECT_EQ(next_peer(listener), "198.51.100.2") << "the client's own address";
    EXPECT_TRUE(reaches(-1, "127.0.0.1", port));
    EXPECT_EQ(next_peer(listener), "10.80.0.1");
    EXPECT_TRUE(reaches(-1, "198.51.100.1", port));
    EXPECT_FALSE(next_peer(listener).empty());
    EXPECT_TRUE(reaches(task.get(), "198.51.100.1", port)) << "from the task itself";
    EXPECT_EQ(next_peer(listener), "10.80.0.1");
  }
  auto awsvpc = join(awsvpc_task("t", "10.80.0.5"));
  EXPECT_TRUE(reaches(awsvpc.get(), "198.51.100.1", 18080)) << "from another task";
  auto rival = OwnedFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(18080);
  EXPECT_NE(::bind(rival.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0) << "the port is held";
  ASSERT_TRUE(network_->leave("b"));
  EXPECT_EQ(connect_from(-1, "127.0.0.1", 18080, soon), ECONNREFUSED);
  EXPECT_EQ(::bind(rival.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0) << "the port is free again";
}

TEST_F(KernelNetworkTest, APortOfAnotherProgramIsNotTaken) {
  start({});
  auto program = listen_in(-1, 18081);
  auto outcome = network_->join(bridge_task("b", {{.container_port = 80, .host_port = 18081}}));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, "PortInUse");
  EXPECT_EQ(task_links_after(0), 0);
}

TEST_F(KernelNetworkTest, LeavingLeavesNothing) {
  start({open_group("sg-open")});
  auto warm = join(awsvpc_task("warm", "10.80.0.4"));
  auto warm_bridge = join(bridge_task("warm-bridge", {}));
  auto table_before = table();
  auto routes_before = routes();
  for (int i = 0; i < 200; ++i) {
    auto id = cat("t", i);
    if (i % 4 == 3) {
      join(bridge_task(id, {{.container_port = 80}}));
    } else {
      join(awsvpc_task(id, cat("10.80.1.", i)));
    }
    if (i % 2 == 1) {
      EXPECT_TRUE(network_->leave(id));
    }
  }
  EXPECT_EQ(task_links_after(102), 102);
  for (int i = 0; i < 200; i += 2) EXPECT_TRUE(network_->leave(cat("t", i)));
  EXPECT_EQ(task_links_after(2), 2);
  EXPECT_EQ(routes(), routes_before);
  EXPECT_EQ(names_in(cat(config_.state_dir, "/netns")), (std::vector<std::string>{"warm", "warm-bridge"}));
  EXPECT_EQ(names_in(cat(config_.state_dir, "/tasks")), (std::vector<std::string>{"warm", "warm-bridge"}));
  EXPECT_EQ(table(), table_before);
}

bool send_to(const OwnedFd& socket, const std::string& address, int port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, address.c_str(), &to.sin_addr);
  return ::sendto(socket.get(), "x", 1, 0, reinterpret_cast<sockaddr*>(&to), sizeof to) == 1;
}

bool receives(const OwnedFd& socket, int patience) {
  pollfd wait{.fd = socket.get(), .events = POLLIN, .revents = 0};
  char byte = 0;
  return ::poll(&wait, 1, patience) == 1 && ::recv(socket.get(), &byte, 1, 0) == 1;
}

TEST_F(KernelNetworkTest, ConversationsOfTheLastHolderAreForgotten) {
  start({open_group("sg-open"), {.id = "sg-shut"}});
  auto peer = open_socket(outside_->get(), SOCK_DGRAM, "198.51.100.2", 4000, false);
  {
    auto first = join(awsvpc_task("first", "10.80.0.5"));
    auto in_first = open_socket(first.get(), SOCK_DGRAM, "10.80.0.5", 80, false);
    ASSERT_TRUE(send_to(peer, "10.80.0.5", 80));
    EXPECT_TRUE(receives(in_first, soon));
    ASSERT_TRUE(send_to(in_first, "198.51.100.2", 4000));
    EXPECT_TRUE(receives(peer, soon));
  }
  ASSERT_TRUE(network_->leave("first"));
  auto second = join(awsvpc_task("second", "10.80.0.5", {"sg-shut"}));
  auto in_second = open_socket(second.get(), SOCK_DGRAM, "10.80.0.5", 80, false);
  ASSERT_TRUE(send_to(peer, "10.80.0.5", 80));
  EXPECT_FALSE(receives(in_second, long_enough)) << "the new holder's groups allow nothing in";
  ASSERT_TRUE(network_->join(awsvpc_task("second", "10.80.0.5", {"sg-open"})));
  ASSERT_TRUE(send_to(peer, "10.80.0.5", 80));
  EXPECT_TRUE(receives(in_second, soon));
}

TEST_F(KernelNetworkTest, RecoverKeepsWhatIsWantedAndRemovesTheRest) {
  std::vector<SecurityGroup> groups{open_group("sg-open")};
  start(groups);
  Joined bridge_answer;
  auto kept = join(awsvpc_task("kept", "10.80.0.5"));
  auto bridge = join(bridge_task("bridge", {{.container_port = 80}}), &bridge_answer);
  auto lonely = join({.task_id = "lonely", .mode = NetworkMode::none});
  auto gone = join(awsvpc_task("gone", "10.80.0.6"));
  auto broken = join(awsvpc_task("broken", "10.80.0.7"));
  auto in_kept = listen_in(kept.get(), 80);
  auto in_bridge = listen_in(bridge.get(), 80);
  network_.reset();
  EXPECT_TRUE(reaches(-1, "10.80.0.5", 80)) << "tasks outlive the agent";
  EXPECT_EQ(next_peer(in_kept), "10.80.0.1");
  ASSERT_TRUE(unpin_namespace(cat(config_.state_dir, "/netns/broken")));

  network_ = open();
  ASSERT_TRUE(network_->set_security_groups(groups));
  auto recovered = network_->recover({"kept", "bridge", "lonely", "broken", "never"});
  ASSERT_TRUE(recovered) << recovered.error().message;
  EXPECT_EQ(*recovered, (std::vector<std::string>{"bridge", "kept", "lonely"}));
  EXPECT_EQ(task_links(), 2);
  EXPECT_TRUE(reaches(kept.get(), "198.51.100.1", bridge_answer.port_mappings[0].host_port));
  EXPECT_FALSE(next_peer(in_bridge).empty());
  Joined again;
  join(bridge_task("bridge", {{.container_port = 80}}), &again);
  EXPECT_EQ(again, bridge_answer);
  EXPECT_EQ(network_->join(awsvpc_task("new", "10.80.0.5")).error().code, "AddressInUse");
  auto fresh = join(awsvpc_task("gone", "10.80.0.6"));
  auto in_fresh = listen_in(fresh.get(), 80);
  EXPECT_TRUE(reaches(kept.get(), "10.80.0.6", 80));
}

TEST_F(KernelNetworkTest, AFlushedRulesetIsMadeAnew) {
  start({open_group("sg-open")});
  auto first = join(awsvpc_task("first", "10.80.0.5"));
  auto nftables = Nftables::open();
  ASSERT_TRUE(nftables->run("flush ruleset"));
  auto second = join(awsvpc_task("second", "10.80.0.6"));
  auto listener = listen_in(second.get(), 80);
  EXPECT_TRUE(reaches(first.get(), "10.80.0.6", 80));
  EXPECT_TRUE(table().contains("10.80.0.5 : goto i_"));
  ASSERT_TRUE(nftables->run("flush ruleset"));
  EXPECT_TRUE(network_->leave("second"));
  EXPECT_TRUE(table().contains("10.80.0.5 : goto i_"));
  EXPECT_FALSE(table().contains("10.80.0.6"));
}

TEST_F(KernelNetworkTest, APoolFillsServesAndVanishes) {
  config_.pool_size = 3;
  start({open_group("sg-open")});
  auto wait_for_pool = [this] {
    for (int turn = 0; turn < 10'000 && network_->ready() < 3; ++turn) ::sched_yield();
    return network_->ready();
  };
  EXPECT_EQ(wait_for_pool(), 3U);
  EXPECT_EQ(task_links(), 3);
  for (int i = 0; i < 5; ++i) {
    auto task = join(awsvpc_task(cat("t", i), cat("10.80.0.", 5 + i)));
    auto listener = listen_in(task.get(), 80);
    EXPECT_TRUE(reaches(-1, cat("10.80.0.", 5 + i), 80));
  }
  EXPECT_EQ(wait_for_pool(), 3U);
  network_.reset();
  EXPECT_EQ(task_links(), 5);
}

TEST_F(KernelNetworkTest, TwoOnOneMachineDoNotMeet) {
  start({open_group("sg-open")});
  auto mine = join(awsvpc_task("t", "10.80.0.5"));
  auto other_config = config_;
  other_config.state_dir = cat(directory_, "/other");
  other_config.table = "other";
  other_config.link_prefix = "oth";
  other_config.task_ranges = {"10.81.0.0/16"};
  other_config.bridge_range = "172.31.0.0/16";
  {
    auto other = KernelNetwork::open(other_config);
    ASSERT_TRUE(other) << other.error().message;
    ASSERT_TRUE((*other)->recover({}));
    ASSERT_TRUE((*other)->join(awsvpc_task("t", "10.81.0.5")));
  }
  ASSERT_TRUE(teardown_network(other_config));
  ASSERT_TRUE(teardown_network(other_config)) << "may be called again";
  auto endpoint = listen_in(-1, 80, "169.254.170.2");
  EXPECT_TRUE(reaches(mine.get(), "169.254.170.2", 80)) << "the other's end did not take the shared address";
  EXPECT_EQ(task_links(), 1);
}

TEST_F(KernelNetworkTest, TheProbeFindsThisMachineFitAndSaysWhatIsNot) {
  for (const auto& check : probe_network(config_)) {
    if (check.check == "a resolver that tasks can reach") continue;  // a matter of the machine's own files
    EXPECT_TRUE(check.ok) << check.check << ": " << check.mend;
    EXPECT_EQ(check.mend, "");
  }
  auto nftables = Nftables::open();
  ASSERT_TRUE(nftables->run("table ip foreign {\n chain forth {\n type filter hook forward priority 0; policy drop;\n }\n}\n"));
  std::vector<std::string> failed;
  for (const auto& check : probe_network(config_)) {
    if (!check.ok && check.mend.contains("ip foreign forth")) failed.push_back(check.check);
  }
  EXPECT_EQ(failed, std::vector<std::string>{"other firewalls let task traffic pass"});
  ASSERT_TRUE(nftables->run("delete table ip foreign"));
  config_.table = "Bad Name";
  EXPECT_FALSE(probe_network(config_).front().ok);
  config_.table = "roadstead";
}

TEST_F(KernelNetworkTest, ForwardingIsGivenBack) {
  ASSERT_TRUE(write_sysctl("net/ipv4/ip_forward", "0"));
  start({});
  EXPECT_EQ(read_sysctl("net/ipv4/ip_forward").value(), "1");
  network_.reset();
  ASSERT_TRUE(teardown_network(config_));
  EXPECT_EQ(read_sysctl("net/ipv4/ip_forward").value(), "0");
}

}  // namespace
}  // namespace roadstead
