#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>

#include "admin_client.h"
#include "commands.h"
#include "io/file.h"
#include "io/subprocess.h"
#include "serve_settings.h"

namespace roadstead {

namespace {

/// Where Debian and Ubuntu look for authorities that the machine's owner trusts.
constexpr const char* trusted_file = "/usr/local/share/ca-certificates/roadstead.crt";

Status install(const std::string& pem) {
  auto written = write_file_atomic(trusted_file, pem, 0644);
  if (!written) return written;
  auto updated = run_ok({.argv = {"update-ca-certificates"}});
  if (!updated) return updated.error();
  return Done{};
}

}  // namespace

/// Prints the certificate of the local authority, or makes this machine trust it.
int run_trust(const Words& words) {
  auto options = with_common_options({{"install", "", "make this machine trust it (needs root)"}});
  auto arguments = Arguments::parse(words, options);
  if (!arguments) return fail(arguments.error());
  if (arguments->has("help")) {
    std::printf("usage: roadstead trust [--install]\n\n%s", help_of(options).c_str());
    return 0;
  }
  auto identity = ask_server(arguments->get("state", default_state_directory()), "GET", "/admin/identity");
  if (!identity) return fail(identity.error());
  auto pem = read_file(std::string(identity->as_object().at("ca_file").as_string()));
  if (!pem) return fail(pem.error());
  if (!arguments->has("install")) {
    std::printf("%s", pem->c_str());
    return 0;
  }
  auto installed = install(*pem);
  if (!installed) return fail(installed.error());
  std::printf("This machine now trusts %s.\n", trusted_file);
  return 0;
}

}  // namespace roadstead
