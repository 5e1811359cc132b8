#include "agent/logs/log_connection.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <future>
#include <thread>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

// Somebody who listens on a socket of this machine, on a free port or in a directory of the test's.
struct Listener {
  Fd socket;
  LogAddress address;

  static Listener on_loopback(int kind) {
    Listener out;
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    out.socket = Fd(::socket(AF_INET, kind | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(out.socket.get(), reinterpret_cast<sockaddr*>(&name), size), 0);
    EXPECT_EQ(::getsockname(out.socket.get(), reinterpret_cast<sockaddr*>(&name), &size), 0);
    if (kind == SOCK_STREAM) {
      EXPECT_EQ(::listen(out.socket.get(), 4), 0);
    }
    out.address = {.kind = kind == SOCK_STREAM ? LogAddress::Kind::tcp : LogAddress::Kind::udp,
                   .host = "127.0.0.1",
                   .port = ntohs(name.sin_port)};
    return out;
  }

  static Listener on_path(int kind, const std::string& path) {
    Listener out;
    sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
    std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
    out.socket = Fd(::socket(AF_UNIX, kind | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(out.socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    if (kind == SOCK_STREAM) {
      EXPECT_EQ(::listen(out.socket.get(), 4), 0);
    }
    out.address = {.kind = kind == SOCK_STREAM ? LogAddress::Kind::unix_stream : LogAddress::Kind::unix_datagram, .path = path};
    return out;
  }

  Fd accept() const { return Fd(::accept(socket.get(), nullptr, nullptr)); }
};

std::string read_some(const Fd& from) {
  char bytes[256];
  ssize_t got = ::recv(from.get(), bytes, sizeof bytes, 0);
  return got < 0 ? "failed" : std::string(bytes, static_cast<std::size_t>(got));
}

std::string read_all(const Fd& from) {
  std::string all;
  for (std::string piece = read_some(from); !piece.empty(); piece = read_some(from)) all += piece;
  return all;
}

TEST(LogConnection, AStreamGetsAllBytesAndAnEnd) {
  auto listener = Listener::on_loopback(SOCK_STREAM);
  LogConnection connection(listener.address);
  ASSERT_TRUE(connection.open());
  Fd other = listener.accept();
  std::string much(4 << 20, 'x');
  auto reading = std::async(std::launch::async, [&] {
    std::string all = read_all(other);
    other.reset();
    return all.size();
  });
  ASSERT_TRUE(connection.send(much));
  connection.close();
  EXPECT_EQ(reading.get(), much.size());
}

TEST(LogConnection, ConnectsAgainWhenTheOtherSideHasGone) {
  auto listener = Listener::on_loopback(SOCK_STREAM);
  LogConnection connection(listener.address);
  ASSERT_TRUE(connection.open());
  listener.accept().reset();
  Status opened = Done{};
  // The end of the first connection may still be on its way.
  std::promise<Fd> accepted;
  std::thread acceptor([&] { accepted.set_value(listener.accept()); });
  auto second = accepted.get_future();
  while (second.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) opened = connection.open();
  acceptor.join();
  ASSERT_TRUE(opened);
  Fd other = second.get();
  ASSERT_TRUE(connection.send("again"));
  EXPECT_EQ(read_some(other), "again");
}

TEST(LogConnection, NobodyIsThere) {
  auto listener = Listener::on_loopback(SOCK_STREAM);
  LogAddress address = listener.address;
  listener.socket.reset();
  Status opened = LogConnection(address).open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "LogUnreachable");
  EXPECT_EQ(opened.error().message, cat("dial tcp 127.0.0.1:", address.port, ": connect: connection refused"));
}

TEST(LogConnection, DatagramsAreWhole) {
  auto listener = Listener::on_loopback(SOCK_DGRAM);
  LogConnection connection(listener.address);
  ASSERT_TRUE(connection.open());
  ASSERT_TRUE(connection.send("one"));
  ASSERT_TRUE(connection.send("two"));
  EXPECT_EQ(read_some(listener.socket), "one");
  EXPECT_EQ(read_some(listener.socket), "two");
}

TEST(LogConnection, UnixSocketsBehindLongPaths) {
  std::string directory = make_temporary_directory("/tmp", "roadstead-logs-").value();
  auto stream = Listener::on_path(SOCK_STREAM, directory + "/s");
  auto datagram = Listener::on_path(SOCK_DGRAM, directory + "/d");
  std::string deep = directory;
  for (int level = 0; level < 12; ++level) deep += "/long-name-of-a-directory";
  ASSERT_TRUE(make_directories(deep));
  ASSERT_EQ(::rename(stream.address.path.c_str(), (deep + "/s").c_str()), 0);
  stream.address.path = deep + "/s";
  LogConnection first(stream.address);
  LogConnection second(datagram.address);
  ASSERT_TRUE(first.open());
  ASSERT_TRUE(second.open());
  ASSERT_TRUE(first.send("far"));
  ASSERT_TRUE(second.send("near"));
  Fd other = stream.accept();
  EXPECT_EQ(read_some(other), "far");
  EXPECT_EQ(read_some(datagram.socket), "near");
  ASSERT_TRUE(remove_tree(directory));
}

}  // namespace
}  // namespace roadstead
