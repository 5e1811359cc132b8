#include <boost/json.hpp>
#include <cstdio>

#include "admin_client.h"
#include "commands.h"
#include "io/file.h"
#include "parts/trusted_file.h"
#include "serve_settings.h"

namespace roadstead {

/// Prints the certificate of the local authority, or makes this machine trust it.
int run_trust(const Words& words) {
  auto options = with_state_options({{"install", "", "make this machine trust it (needs root)"}});
  auto arguments = Arguments::parse(words, options);
  if (!arguments) return fail(arguments.error());
  if (arguments->has("help")) {
    std::printf("usage: roadstead trust [--install]\n\n%s", help_of(options).c_str());
    return 0;
  }
  auto identity = ask_server(arguments->get("state", default_state_directory()), "GET", "/admin/identity");
  if (!identity) return fail(identity.error());
  const auto& who = identity->as_object();
  auto pem = read_file(std::string(who.at("ca_file").as_string()));
  if (!pem) return fail(pem.error());
  if (!arguments->has("install")) {
    std::printf("%s", pem->c_str());
    return 0;
  }
  auto name = std::string(who.at("name").as_string());
  auto installed = trust_authority(name, *pem);
  if (!installed) return fail(installed.error());
  std::printf("This machine now trusts %s.\n", trusted_file(name).c_str());
  return 0;
}

}  // namespace roadstead
