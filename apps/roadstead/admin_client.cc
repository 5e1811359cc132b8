#include "admin_client.h"

#include <boost/json.hpp>
#include <cstdio>

#include "base/text/text.h"
#include "net/http_client.h"
#include "serve_settings.h"

namespace roadstead {

namespace {

/// Loading a big image takes a while.
constexpr std::chrono::minutes longest_answer{10};

}  // namespace

Result<boost::json::value> ask_server(const std::string& state_directory, std::string_view method, const std::string& target) {
  HttpEndpoint endpoint;
  endpoint.host = "localhost";
  endpoint.unix_path = admin_socket_of(state_directory);
  HttpClient client(endpoint, {.timeout = longest_answer});
  auto answer = client.send(method, target, {}, "");
  if (!answer) {
    return Error{"NotRunning", cat("No Roadstead is running with its state in ", state_directory,
                                   ". Start one with `roadstead serve`, or name the directory with --state.")};
  }
  boost::system::error_code problem;
  auto body = boost::json::parse(answer->body, problem);
  if (problem) return Error{"BadAnswer", "The server's answer could not be read."};
  if (answer->status == 200) return body;
  const auto& object = body.as_object();
  return Error{std::string(object.at("code").as_string()), std::string(object.at("message").as_string())};
}

int fail(const Error& error) {
  std::fprintf(stderr, "roadstead: %s\n", error.message.c_str());
  return error.code == "Usage" ? 2 : 1;
}

std::vector<Option> with_state_options(std::vector<Option> own) {
  own.push_back({"state", "DIR", "the server's state directory (/var/lib/roadstead, or $ROADSTEAD_STATE)"});
  own.push_back({"help", "", "show this"});
  return own;
}

std::vector<Option> with_common_options(std::vector<Option> own) {
  own.push_back({"json", "", "print JSON for machines"});
  return with_state_options(std::move(own));
}

}  // namespace roadstead
