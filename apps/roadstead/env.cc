#include <boost/json.hpp>
#include <cstdio>
#include <string>

#include "admin_client.h"
#include "commands.h"
#include "serve_settings.h"

namespace roadstead {

namespace {

namespace json = boost::json;

/// "subnet-1,subnet-2", as the shorthand of the aws CLI takes a list.
std::string subnets_text(const json::object& network) {
  std::string out;
  for (const auto& subnet : network.at("subnets").as_array()) {
    if (!out.empty()) out += ',';
    out += subnet.at("id").as_string();
  }
  return out;
}

}  // namespace

/// Prints shell commands that point every AWS client at this server.
int run_env(const Words& words) {
  auto options = with_common_options({});
  auto arguments = Arguments::parse(words, options);
  if (!arguments) return fail(arguments.error());
  if (arguments->has("help")) {
    std::printf("usage: eval \"$(roadstead env)\"\n\n%s", help_of(options).c_str());
    return 0;
  }
  auto state = arguments->get("state", default_state_directory());
  auto identity = ask_server(state, "GET", "/admin/identity");
  if (!identity) return fail(identity.error());
  auto network = ask_server(state, "GET", "/admin/network");
  if (!network) return fail(network.error());
  auto& who = identity->as_object();
  if (arguments->has("json")) {
    who["network"] = *network;
    std::printf("%s\n", json::serialize(*identity).c_str());
    return 0;
  }
  auto print = [&](const char* variable, const char* member) {
    std::printf("export %s='%s'\n", variable, who.at(member).as_string().c_str());
  };
  print("AWS_ENDPOINT_URL", "endpoint");
  print("AWS_ACCESS_KEY_ID", "access_key_id");
  print("AWS_SECRET_ACCESS_KEY", "secret_access_key");
  print("AWS_REGION", "region");
  print("AWS_DEFAULT_REGION", "region");
  print("ROADSTEAD_CA", "ca_file");
  if (who.at("endpoint").as_string().starts_with("https:")) print("AWS_CA_BUNDLE", "ca_file");
  std::printf("export ROADSTEAD_SUBNETS='%s'\n", subnets_text(network->as_object()).c_str());
  std::printf("export ROADSTEAD_SECURITY_GROUP='%s'\n", network->at("security_group").as_string().c_str());
  std::printf("unset AWS_SESSION_TOKEN AWS_PROFILE\n");
  return 0;
}

}  // namespace roadstead
