#include <boost/json.hpp>
#include <cstdio>

#include "admin_client.h"
#include "commands.h"
#include "serve_settings.h"

namespace roadstead {

/// Prints shell commands that point every AWS client at this server.
int run_env(const Words& words) {
  auto options = with_common_options({});
  auto arguments = Arguments::parse(words, options);
  if (!arguments) return fail(arguments.error());
  if (arguments->has("help")) {
    std::printf("usage: eval \"$(roadstead env)\"\n\n%s", help_of(options).c_str());
    return 0;
  }
  auto identity = ask_server(arguments->get("state", default_state_directory()), "GET", "/admin/identity");
  if (!identity) return fail(identity.error());
  if (arguments->has("json")) {
    std::printf("%s\n", boost::json::serialize(*identity).c_str());
    return 0;
  }
  const auto& who = identity->as_object();
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
  std::printf("unset AWS_SESSION_TOKEN AWS_PROFILE\n");
  return 0;
}

}  // namespace roadstead
