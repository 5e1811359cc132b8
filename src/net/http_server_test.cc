#include "net/http_server.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/text/text.h"
#include "net/http_client.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

/// Answers with what it was sent.
void echo(HttpRequest request, HttpResponder respond) {
  respond({200, {{"X-Method", request.method}}, cat(request.target, '|', request.header("x-extra"), '|', request.body)}
  );
}

std::unique_ptr<HttpServer> serve(HttpHandler handler, int threads = 2) {
  HttpServerOptions options;
  options.listen = {HttpListen{}};
  options.threads = threads;
  auto server = HttpServer::start(std::move(options), std::move(handler));
  EXPECT_TRUE(server) << server.error().message;
  return std::move(server).value();
}

HttpEndpoint endpoint_of(const HttpServer& server) { return {.host = "127.0.0.1", .port = server.port()}; }

TEST(HttpServer, AnswersManyRequestsOnOneConnection) {
  auto server = serve(echo);
  HttpClient client(endpoint_of(*server));
  for (int i = 0; i < 20; ++i) {
    auto response = client.send("POST", cat("/p?i=", i), {{"X-Extra", "yes"}}, "body");
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, cat("/p?i=", i, "|yes|body"));
  }
}

TEST(HttpServer, AnswersFromAnotherThreadLater) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<HttpResponder> waiting;
  auto server = serve([&](HttpRequest, HttpResponder respond) {
    std::lock_guard lock(mutex);
    waiting.push_back(std::move(respond));
    changed.notify_all();
  });
  std::thread other([&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !waiting.empty(); });
    waiting[0]({201, {}, "late"});
    waiting[0]({500, {}, "a second answer is dropped"});
  });
  HttpClient client(endpoint_of(*server));
  auto response = client.send("GET", "/", {}, "");
  other.join();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "late");
}

TEST(HttpServer, AnswersFiveHundredWhenTheHandlerForgetsOrThrows) {
  auto server = serve([](HttpRequest request, HttpResponder) {
    if (request.target == "/throw") throw std::runtime_error("oops");
  });
  HttpClient client(endpoint_of(*server));
  EXPECT_EQ(client.send("GET", "/forget", {}, "")->status, 500);
  EXPECT_EQ(client.send("GET", "/throw", {}, "")->status, 500);
}

TEST(HttpServer, GivesHeadNoBodyButItsLength) {
  auto server = serve(echo);
  HttpClient client(endpoint_of(*server));
  auto response = client.send("HEAD", "/", {}, "");
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->body.empty());
  EXPECT_EQ(client.send("GET", "/next", {}, "")->body, "/next||");
}

TEST(HttpServer, SendsLargeAnswersWhole) {
  std::string large(8'000'000, 'x');
  auto server = serve([&](HttpRequest, HttpResponder respond) { respond({200, {}, large}); });
  HttpClient client(endpoint_of(*server));
  auto response = client.send("GET", "/", {}, "");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, large);
}

TEST(HttpServer, DropsHeadersThatWouldBreakOutOfTheirLine) {
  auto server = serve([](HttpRequest, HttpResponder respond) { respond({200, {{"X-A", "a\r\nX-B: b"}}, ""}); });
  HttpClient client(endpoint_of(*server));
  auto answer = client.send("GET", "/", {}, "");
  ASSERT_TRUE(answer);
  for (const auto& [name, value] : answer->headers) EXPECT_NE(name, "X-B");
}

TEST(HttpServer, ListensOnAUnixSocketForItsOwnerOnly) {
  char directory[] = "/tmp/net-test-XXXXXX";
  ASSERT_NE(::mkdtemp(directory), nullptr);
  auto path = cat(std::string_view(directory), "/api.sock");
  HttpServerOptions options;
  options.listen = {HttpListen{.unix_path = path}};
  auto server = HttpServer::start(options, echo);
  ASSERT_TRUE(server) << server.error().message;
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  HttpClient client(parse_endpoint(cat("unix:", path)).value());
  EXPECT_EQ(client.send("GET", "/u", {}, "")->body, "/u||");
  EXPECT_EQ(HttpServer::start(options, echo).error().code, "ListenFailed");
  (*server)->stop(0ms);
  EXPECT_FALSE(std::filesystem::exists(path));
  std::filesystem::remove_all(directory);
}

TEST(HttpServer, RefusesAPortThatIsTaken) {
  auto server = serve(echo);
  HttpServerOptions options;
  options.listen = {HttpListen{.port = server->port()}};
  EXPECT_EQ(HttpServer::start(std::move(options), echo).error().code, "ListenFailed");
}

TEST(HttpServer, FinishesARequestUnderWayWhenItStops) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<HttpResponder> waiting;
  auto server = serve([&](HttpRequest, HttpResponder respond) {
    std::lock_guard lock(mutex);
    waiting.push_back(std::move(respond));
    changed.notify_all();
  });
  Result<HttpResponse> response = Error{"None", ""};
  std::thread asking([&] {
    HttpClient client(endpoint_of(*server));
    response = client.send("GET", "/", {}, "");
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !waiting.empty(); });
  }
  std::thread stopping([&] { server->stop(20s); });
  waiting[0]({200, {}, "finished"});
  stopping.join();
  asking.join();
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "finished");
}

TEST(HttpServer, OutlivedByAResponderDoesNoHarm) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<HttpResponder> waiting;
  auto server = serve([&](HttpRequest, HttpResponder respond) {
    std::lock_guard lock(mutex);
    waiting.push_back(std::move(respond));
    changed.notify_all();
  });
  std::thread asking([&] {
    HttpClient client(endpoint_of(*server));
    EXPECT_EQ(client.send("GET", "/", {}, "").error().code, "Disconnected");
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !waiting.empty(); });
  }
  server.reset();
  asking.join();
  waiting[0]({200, {}, "nobody there"});
}

TEST(HttpServer, SpeaksTls) {
  char directory[] = "/tmp/net-test-XXXXXX";
  ASSERT_NE(::mkdtemp(directory), nullptr);
  std::string at = directory;
  auto made =
      ::system(cat("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=x "
                   "-addext subjectAltName=IP:127.0.0.1 -keyout ",
                   at, "/key.pem -out ", at, "/cert.pem >/dev/null 2>&1")
                   .c_str());
  ASSERT_EQ(made, 0);
  HttpServerOptions options;
  options.listen = {HttpListen{.tls = true}};
  options.tls = TlsFiles{at + "/cert.pem", at + "/key.pem"};
  auto server = HttpServer::start(std::move(options), echo);
  ASSERT_TRUE(server) << server.error().message;
  HttpEndpoint endpoint{.tls = true, .host = "127.0.0.1", .port = (*server)->port()};
  HttpClient trusting(endpoint, {.authority_file = at + "/cert.pem"});
  std::string large(300'000, 'y');
  for (int i = 0; i < 3; ++i) {
    auto response = trusting.send("POST", "/t", {}, large);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, cat("/t||", large));
  }
  HttpClient wary(endpoint);
  EXPECT_EQ(wary.send("GET", "/", {}, "").error().code, "TlsFailed");
  HttpClient plain(endpoint_of(**server));
  EXPECT_FALSE(plain.send("GET", "/", {}, ""));
  server->reset();
  std::filesystem::remove_all(directory);
}

TEST(Endpoints, AreRead) {
  EXPECT_EQ(parse_endpoint("http://[::1]:8080/x")->host, "::1");
  EXPECT_EQ(parse_endpoint("http://[::1]:8080")->host_header(), "[::1]:8080");
  EXPECT_EQ(parse_endpoint("https://a.example")->port, 443);
  EXPECT_EQ(parse_endpoint("https://a.example")->host_header(), "a.example");
  EXPECT_EQ(parse_endpoint("ftp://x").error().code, "InvalidEndpoint");
  EXPECT_EQ(parse_endpoint("http://x:99999").error().code, "InvalidEndpoint");
}

}  // namespace
}  // namespace roadstead
