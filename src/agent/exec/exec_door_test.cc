// Sessions over a real HTTP server and a real terminal, with a program of this machine in place of a container.
#include "agent/exec/exec_door.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

#include "agent/exec/test_plugin.h"
#include "base/text/text.h"
#include "io/system_clock.h"
#include "net/http_server.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

/// Runs commands beside the test instead of in a container.
class LocalExecHost final : public ExecHost {
 public:
  Result<std::unique_ptr<ExecProcess>> open_exec(const ContainerRef& container, const AttachedSpec& command) override {
    if (container.name != "app") return Error{"NotRunning", "container is not running"};
    std::vector<char*> words;
    std::vector<std::string> args = command.args;
    for (auto& word : args) words.push_back(word.data());
    words.push_back(nullptr);
    if (command.terminal) {
      winsize size{};
      size.ws_col = static_cast<unsigned short>(command.columns);
      size.ws_row = static_cast<unsigned short>(command.rows);
      int master = -1;
      pid_t child = ::forkpty(&master, nullptr, nullptr, &size);
      if (child == 0) become(words);
      return std::make_unique<ExecProcess>(child, ExecProcess::Ends{.output = Fd(master)}, true);
    }
    int in[2];
    int out[2];
    int err[2];
    EXPECT_EQ(::pipe2(in, O_CLOEXEC) | ::pipe2(out, O_CLOEXEC) | ::pipe2(err, O_CLOEXEC), 0);
    pid_t child = ::fork();
    if (child == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::dup2(err[1], 2);
      become(words);
    }
    for (int fd : {in[0], out[1], err[1]}) ::close(fd);
    return std::make_unique<ExecProcess>(child, ExecProcess::Ends{Fd(in[1]), Fd(out[0]), Fd(err[0])}, false);
  }

 private:
  [[noreturn]] static void become(const std::vector<char*>& words) {
    ::execvp(words[0], words.data());
    ::_exit(127);
  }
};

/// The plugin on a WebSocket.
class Client {
 public:
  Client(const std::string& path, const std::string& session) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    write(render_websocket_request("h", cat("/v1/data-channel/", session, "?role=publish_subscribe"), "a2V5"));
    while (!head_.contains("\r\n\r\n") && read_some()) {
    }
    auto end = head_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    reader_.put(std::string_view(head_).substr(end + 4));
    head_.resize(end);
    upgraded = true;
  }

  void send_token(const std::string& token) {
    write(render_frame(WebSocketOpcode::text, cat(R"({"MessageSchemaVersion":"1.0","RequestId":"r","TokenValue":")", token, "\"}"), 1));
  }

  /// Carries messages until `done` holds or the connection ends. True when it held.
  template <class Done>
  bool until(Done done) {
    for (;;) {
      auto out = std::exchange(plugin.out, {});
      for (const auto& bytes : out) write(render_frame(WebSocketOpcode::binary, bytes, 5));
      if (done()) return true;
      auto message = reader_.next();
      if (!message) return false;
      if (!*message) {
        if (!read_some()) return false;
        continue;
      }
      if ((*message)->opcode == WebSocketOpcode::close) closed_with = (*message)->payload;
      if ((*message)->opcode == WebSocketOpcode::binary) plugin.take((*message)->payload);
    }
  }

  void hang_up() { fd_.reset(); }

  TestPlugin plugin;
  bool upgraded = false;
  std::string closed_with;

 private:
  void write(const std::string& bytes) {
    EXPECT_EQ(::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }

  bool read_some() {
    char piece[4096];
    pollfd polled{fd_.get(), POLLIN, 0};
    if (::poll(&polled, 1, 20'000) <= 0) return false;
    auto got = ::read(fd_.get(), piece, sizeof piece);
    if (got <= 0) return false;
    if (upgraded) {
      reader_.put(std::string_view(piece, static_cast<std::size_t>(got)));
    } else {
      head_.append(piece, static_cast<std::size_t>(got));
    }
    return true;
  }

  Fd fd_;
  std::string head_;
  WebSocketReader reader_{false};
};

class Door : public ::testing::Test {
 protected:
  Door() {
    server = HttpServer::start({.listen = {{.unix_path = path}}, .threads = 1}, [this](HttpRequest request, HttpResponder respond) {
               door->serve(request, respond);
             }).value();
  }

  ~Door() override {
    server->stop(0ms);
    door.reset();
  }

  Result<ExecOrder> open(const std::string& session, const std::string& token) {
    std::lock_guard lock(mutex);
    if (token != "good") return Error{"AccessDeniedException", "wrong token"};
    auto order = next;
    order.session_id = session;
    return order;
  }

  std::string path = cat("/tmp/roadstead-door-", ::getpid(), ".sock");
  SystemClock clock;
  Metrics metrics;
  LocalExecHost host;
  std::mutex mutex;  // guards the following
  std::condition_variable changed;
  ExecOrder next{.container = {"t", "app"}, .command = "cat"};
  std::vector<std::string> closed;
  std::unique_ptr<ExecDoor> door = std::make_unique<ExecDoor>(ExecDoor::Deps{
      .open = [this](const std::string& session, const std::string& token) { return open(session, token); },
      .close =
          [this](const std::string& session) {
            std::lock_guard lock(mutex);
            closed.push_back(session);
            changed.notify_all();
          },
      .host = host,
      .clock = clock,
      .metrics = metrics,
      .most_sessions = 2,
  });
  std::unique_ptr<HttpServer> server;
};

TEST_F(Door, ACommandWithATerminalIsCarried) {
  next.command = "sh -c 'stty size; read line; echo got $line; exit 4'";
  Client client(path, "s1");
  ASSERT_TRUE(client.upgraded);
  client.send_token("good");
  ASSERT_TRUE(client.until([&] { return client.plugin.output.contains("24 80"); })) << client.plugin.output;
  client.plugin.send(PayloadType::output, "hello\r");
  ASSERT_TRUE(client.until([&] { return !client.plugin.closed.empty(); }));
  EXPECT_TRUE(client.plugin.output.contains("got hello")) << client.plugin.output;
  EXPECT_TRUE(client.plugin.closed.contains("\"ExitCode\":4")) << client.plugin.closed;
  client.hang_up();
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, 20s, [&] { return !closed.empty(); }));
  EXPECT_EQ(closed, (std::vector<std::string>{"s1"}));
}

TEST_F(Door, TheTerminalFollowsTheWindow) {
  next.command = "sh -c 'trap \"stty size; exit\" WINCH; echo ready; while :; do read -r x; done'";
  Client client(path, "s1");
  client.send_token("good");
  ASSERT_TRUE(client.until([&] { return client.plugin.output.contains("ready"); }));
  client.plugin.send(PayloadType::size, R"({"cols":132,"rows":40})");
  client.plugin.send(PayloadType::output, "\r");  // wakes a shell that runs traps between commands only
  EXPECT_TRUE(client.until([&] { return client.plugin.output.contains("40 132"); })) << client.plugin.output;
}

TEST_F(Door, WithoutATerminalThereAreTwoStreamsAndAnExitCode) {
  next.command = "sh -c 'cat; echo sorry >&2; exit 9'";
  next.interactive = false;
  Client client(path, "s1");
  client.send_token("good");
  ASSERT_TRUE(client.until([&] { return client.plugin.opened; }));
  client.plugin.send(PayloadType::output, std::string("a\0\x04 b", 5));
  client.plugin.send(PayloadType::flag, std::string(end_of_input));
  ASSERT_TRUE(client.until([&] { return !client.plugin.closed.empty(); }));
  EXPECT_EQ(client.plugin.output, std::string("a\0\x04 b", 5));
  EXPECT_EQ(client.plugin.errors, "sorry\n");
  EXPECT_EQ(client.plugin.exit_code, "9");
}

TEST_F(Door, MuchOutputArrivesWhole) {
  next.command = "seq 1 30000";
  next.interactive = false;
  Client client(path, "s1");
  client.send_token("good");
  ASSERT_TRUE(client.until([&] { return !client.plugin.closed.empty(); }));
  std::string expected;
  for (int i = 1; i <= 30000; ++i) expected += cat(i, "\n");
  EXPECT_EQ(client.plugin.output, expected);
}

TEST_F(Door, AWrongTokenOpensNothing) {
  Client client(path, "s1");
  client.send_token("bad");
  EXPECT_TRUE(client.until([&] { return !client.closed_with.empty(); }));
  EXPECT_EQ(client.closed_with.substr(0, 2), std::string("\x03\xf0", 2)) << "1008, policy violation";
  client.hang_up();
  door.reset();  // waits for the session
  EXPECT_TRUE(closed.empty()) << "nobody else's session was closed by it";
  door = std::make_unique<ExecDoor>(ExecDoor::Deps{.open = {}, .close = {}, .host = host, .clock = clock, .metrics = metrics});
}

TEST_F(Door, WhatCannotBeRunIsSaid) {
  next.container.name = "gone";
  Client client(path, "s1");
  client.send_token("good");
  ASSERT_TRUE(client.until([&] { return !client.plugin.closed.empty(); }));
  EXPECT_TRUE(client.plugin.closed.contains("container is not running")) << client.plugin.closed;
}

TEST_F(Door, TheCommandEndsWithItsClient) {
  next.command = "sh -c 'echo $$; exec sleep 1000'";
  Client client(path, "s1");
  client.send_token("good");
  ASSERT_TRUE(client.until([&] { return client.plugin.output.contains("\n"); }));
  auto pid = to_number<pid_t>(trim(client.plugin.output));
  ASSERT_TRUE(pid);
  client.hang_up();
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, 20s, [&] { return !closed.empty(); }));
  EXPECT_NE(::kill(*pid, 0), 0) << "it has been reaped";
}

TEST_F(Door, TheNumberOfSessionsIsBounded) {
  Client one(path, "s1");
  Client two(path, "s2");
  EXPECT_TRUE(one.upgraded && two.upgraded);
  one.send_token("good");
  two.send_token("good");
  ASSERT_TRUE(one.until([&] { return one.plugin.opened; }));
  ASSERT_TRUE(two.until([&] { return two.plugin.opened; }));
  HttpRequest request;
  request.method = "GET";
  request.target = "/v1/data-channel/s3";
  request.set_headers({{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Key", "a"}});
  int status = 0;
  door->serve(request, HttpResponder([&](HttpResponder::Make make) { status = make().status; }));
  EXPECT_EQ(status, 503);
}

TEST_F(Door, APlainRequestIsToldWhatToSend) {
  HttpRequest request;
  request.method = "GET";
  request.target = "/v1/data-channel/s3";
  EXPECT_TRUE(ExecDoor::is_for(request));
  int status = 0;
  door->serve(request, HttpResponder([&](HttpResponder::Make make) { status = make().status; }));
  EXPECT_EQ(status, 400);
}

}  // namespace
}  // namespace roadstead
