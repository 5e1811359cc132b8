// What clients do that are broken, slow, hostile or merely clever: raw bytes over a socket.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text/text.h"
#include "net/http_server.h"

namespace roadstead {
namespace {

void echo(HttpRequest request, HttpResponder respond) {
  if (request.target == "/object") return respond({200, {{"Content-Length", "5"}}, request.method == "HEAD" ? "" : "bytes"});
  respond({200, {}, cat('<', request.method, ' ', request.target, ' ', request.body, '>')});
}

class RawClient : public testing::Test {
 protected:
  RawClient() {
    HttpServerOptions options;
    options.listen = {HttpListen{}};
    options.threads = 1;
    options.most_header_bytes = 4096;
    options.most_body_bytes = 1000;
    options.request = std::chrono::seconds(1);
    options.body_bound = [](std::string_view target, std::string_view authorization) -> BodyBound {
      bool known = target.starts_with("/long") && authorization == "known";
      if (!known) return {.bytes = 10};
      return {.bytes = 3000, .refuse = [] { return HttpResponse{400, {{"Content-Type", "application/xml"}}, "<TooLong/>"}; }};
    };
    server_ = HttpServer::start(std::move(options), echo).value();
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }

  ~RawClient() override { ::close(fd_); }

  void send(std::string_view bytes) {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), ssize_t(bytes.size()));
  }

  /// Reads until `mark` was seen `count` times, or to the end.
  std::string read_until(std::string_view mark, int count = 1) {
    std::string out;
    char buffer[4096];
    for (;;) {
      int seen = 0;
      for (std::size_t at = out.find(mark); at != std::string::npos; at = out.find(mark, at + 1)) ++seen;
      if (seen >= count) return out;
      auto size = ::recv(fd_, buffer, sizeof buffer, 0);
      if (size <= 0) return out;
      out.append(buffer, static_cast<std::size_t>(size));
    }
  }

  /// Everything up to the close of the connection.
  std::string read_all() { return read_until("\x01 never sent"); }

  std::unique_ptr<HttpServer> server_;
  int fd_ = -1;
};

TEST_F(RawClient, PipelinesAndIsAnsweredInOrder) {
  std::string many;
  for (int i = 0; i < 50; ++i) many += cat("GET /", i, " HTTP/1.1\r\nHost: x\r\n\r\n");
  send(many);
  auto answers = read_until(">", 50);
  std::size_t last = 0;
  for (int i = 0; i < 50; ++i) {
    auto at = answers.find(cat("<GET /", i, " >"));
    ASSERT_NE(at, std::string::npos) << i;
    EXPECT_GE(at, last);
    last = at;
  }
}

TEST_F(RawClient, MaySendByteByByte) {
  for (char c : std::string_view("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")) send({&c, 1});
  EXPECT_NE(read_until(">").find("<POST /slow abc>"), std::string::npos);
}

TEST_F(RawClient, MaySendChunks) {
  send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
  EXPECT_NE(read_until(">").find("<POST / abcde>"), std::string::npos);
}

TEST_F(RawClient, IsToldToContinue) {
  send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  send("hi");
  EXPECT_NE(read_until(">").find("<POST / hi>"), std::string::npos);
}

TEST_F(RawClient, IsRefusedATooLargeBodyBeforeSendingIt) {
  send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_TRUE(read_all().starts_with("HTTP/1.1 413 "));
}

TEST_F(RawClient, IsRefusedATooLargeChunkedBody) {
  send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  send("400\r\n");
  send(std::string(1024, 'x'));
  EXPECT_TRUE(read_until("\r\n\r\n").starts_with("HTTP/1.1 413 "));
}

TEST_F(RawClient, MaySendALongBodyWhenItsHeadSaysSo) {
  std::string body(2000, 'x');
  send(cat("PUT /long HTTP/1.1\r\nContent-Length: 2000\r\nAuthorization: known\r\n\r\n", body));
  EXPECT_NE(read_until(">").find(cat("<PUT /long ", body, '>')), std::string::npos);
  send(cat("PUT /long HTTP/1.1\r\nAuthorization: known\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n", body, "\r\n0\r\n\r\n"));
  EXPECT_NE(read_until(">").find(cat("<PUT /long ", body, '>')), std::string::npos);
}

TEST_F(RawClient, IsToldInItsOwnWayThatALongBodyIsTooLong) {
  send("PUT /long HTTP/1.1\r\nContent-Length: 3001\r\nAuthorization: known\r\nExpect: 100-continue\r\n\r\n");
  auto answer = read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  EXPECT_NE(answer.find("<TooLong/>"), std::string::npos);
}

TEST_F(RawClient, OthersMayNotSendALongBody) {
  send("PUT /long HTTP/1.1\r\nContent-Length: 2000\r\nAuthorization: nobody\r\n\r\n");
  EXPECT_TRUE(read_all().starts_with("HTTP/1.1 413 "));
}

TEST_F(RawClient, HearsOnceHowLongAnObjectIs) {
  send("HEAD /object HTTP/1.1\r\nHost: x\r\n\r\n");
  auto head = read_until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 5\r\n"), std::string::npos) << head;
  send("GET /object HTTP/1.1\r\nHost: x\r\n\r\n");
  auto whole = read_until("bytes");
  EXPECT_EQ(whole.find("ontent-Length"), whole.rfind("ontent-Length")) << whole;
}

TEST_F(RawClient, IsRefusedTooLargeHeaders) {
  send("GET / HTTP/1.1\r\n");
  send(cat("X-Large: ", std::string(5000, 'x')));
  EXPECT_TRUE(read_until("\r\n\r\n").starts_with("HTTP/1.1 431 "));
}

TEST_F(RawClient, IsRefusedNonsense) {
  send("\x16\x03\x01 what is this\r\n\r\n");
  EXPECT_TRUE(read_all().starts_with("HTTP/1.1 400 "));
}

TEST_F(RawClient, CannotSmuggleARequestWithTwoLengths) {
  send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil "
      "HTTP/1.1\r\n\r\n"
  );
  auto answer = read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  EXPECT_EQ(answer.find("evil"), std::string::npos);
}

TEST_F(RawClient, IsClosedAfterHttpOneZero) {
  send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_NE(read_all().find("<GET / >"), std::string::npos);
}

TEST_F(RawClient, ThatNeverFinishesItsRequestIsClosed) {
  send("GET / HTTP/1.1\r\nHost: x");
  EXPECT_EQ(read_all(), "");
}

}  // namespace
}  // namespace roadstead
