#include "net/websocket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <future>

#include "base/text/text.h"
#include "net/http_server.h"

namespace roadstead {
namespace {

TEST(WebSocket, TheAcceptKeyIsThatOfTheStandard) {
  EXPECT_EQ(websocket_accept_of("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocket, FramesOfAllSizesComeBack) {
  for (std::size_t size : {0UL, 1UL, 125UL, 126UL, 65535UL, 65536UL, 200000UL}) {
    for (std::optional<std::uint32_t> mask : {std::optional<std::uint32_t>(), std::optional<std::uint32_t>(0x01020304)}) {
      std::string payload(size, 'x');
      if (size > 0) payload[size - 1] = 'y';
      WebSocketReader reader(mask.has_value());
      auto bytes = render_frame(WebSocketOpcode::binary, payload, mask);
      // In two pieces, cut where the head is not whole.
      reader.put(std::string_view(bytes).substr(0, 1));
      auto early = reader.next();
      ASSERT_TRUE(early);
      EXPECT_FALSE(*early);
      reader.put(std::string_view(bytes).substr(1));
      auto message = reader.next();
      ASSERT_TRUE(message) << size;
      ASSERT_TRUE(*message) << size;
      EXPECT_EQ((*message)->payload, payload) << size;
      EXPECT_EQ((*message)->opcode, WebSocketOpcode::binary);
    }
  }
}

TEST(WebSocket, FragmentsArePutTogetherAndPingsComeBetween) {
  WebSocketReader reader(false);
  reader.put(std::string("\x01\x02he", 4));
  reader.put(render_frame(WebSocketOpcode::ping, "p"));
  reader.put(std::string("\x80\x03llo", 5));
  auto ping = reader.next();
  ASSERT_TRUE(ping && *ping);
  EXPECT_EQ((*ping)->opcode, WebSocketOpcode::ping);
  auto whole = reader.next();
  ASSERT_TRUE(whole && *whole);
  EXPECT_EQ(**whole, (WebSocketMessage{WebSocketOpcode::text, "hello"}));
}

TEST(WebSocket, WhatBreaksTheRulesIsRefused) {
  auto read = [](bool masked, const std::string& bytes, std::size_t most = 1000) {
    WebSocketReader reader(masked, most);
    reader.put(bytes);
    return reader.next();
  };
  EXPECT_FALSE(read(true, render_frame(WebSocketOpcode::text, "a"))) << "a client that does not mask";
  EXPECT_FALSE(read(false, render_frame(WebSocketOpcode::text, "a", 1))) << "a server that masks";
  EXPECT_FALSE(read(false, std::string("\x80\x00", 2))) << "a continuation of nothing";
  EXPECT_FALSE(read(false, std::string("\x83\x00", 2))) << "an unknown kind";
  EXPECT_FALSE(read(false, std::string("\x89\x7e\x00\x7e", 4))) << "a long ping";
  EXPECT_FALSE(read(false, render_frame(WebSocketOpcode::binary, std::string(1001, 'x')))) << "too long";
}

/// A client on a Unix socket.
class Client {
 public:
  explicit Client(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }

  ~Client() { ::close(fd_); }

  void send(std::string_view bytes) const { EXPECT_EQ(::write(fd_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size())); }

  std::string read_until(std::string_view end) {
    char piece[512];
    while (!got_.contains(end)) {
      auto size = ::read(fd_, piece, sizeof piece);
      if (size <= 0) break;
      got_.append(piece, static_cast<std::size_t>(size));
    }
    return got_;
  }

 private:
  int fd_;
  std::string got_;
};

TEST(WebSocket, AnAnswer101GivesTheConnectionAway) {
  std::string path = cat("/tmp/roadstead-websocket-", ::getpid(), ".sock");
  std::promise<TakenConnection> taken;
  HttpServerOptions options{.listen = {{.unix_path = path}}, .threads = 1};
  auto server = HttpServer::start(options, [&](HttpRequest request, HttpResponder respond) {
    if (!is_websocket_request(request)) return respond({.status = 400, .headers = {}, .body = {}});
    respond(accept_websocket(request, [&](TakenConnection connection) { taken.set_value(std::move(connection)); }));
  });
  ASSERT_TRUE(server);
  Client client(path);
  client.send(cat(render_websocket_request("here", "/x", "dGhlIHNhbXBsZSBub25jZQ=="), render_frame(WebSocketOpcode::text, "early", 7)));
  auto head = client.read_until("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << head;
  EXPECT_TRUE(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) << head;
  EXPECT_FALSE(head.contains("Content-Length")) << head;
  auto connection = taken.get_future().get();
  ASSERT_GE(connection.fd, 0);
  (*server)->stop(std::chrono::milliseconds(0));  // the server has nothing to do with it any more
  WebSocketReader reader(true);
  reader.put(connection.unread);
  auto early = reader.next();
  ASSERT_TRUE(early && *early);
  EXPECT_EQ((*early)->payload, "early");
  auto frame = render_frame(WebSocketOpcode::text, "hello");
  EXPECT_EQ(::write(connection.fd, frame.data(), frame.size()), static_cast<ssize_t>(frame.size()));
  EXPECT_TRUE(client.read_until("hello").ends_with("hello"));
  ::close(connection.fd);
}

}  // namespace
}  // namespace roadstead
