#include "serve_settings.h"

#include <unistd.h>

#include <cstdlib>

#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr int highest_port = 65535;
constexpr int longest_bake_minutes = 1440;
constexpr int longest_grace_seconds = 86'400;
constexpr int longest_metric_period_seconds = 60;
constexpr std::size_t longest_name = 12;

std::string from_environment(const char* name, std::string_view otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::string(value) : std::string(otherwise);
}

Status check_name(const std::string& name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789";
  if (!name.empty() && name.size() <= longest_name && name.find_first_not_of(allowed) == std::string::npos) return Done{};
  return Error{"Usage", "--name must be 1 to 12 lower-case letters and digits."};
}

/// The pieces between commas, without those that are blank.
std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> out;
  for (auto piece : split(text, ',')) {
    if (!trim(piece).empty()) out.emplace_back(trim(piece));
  }
  return out;
}

}  // namespace

std::string default_state_directory() { return from_environment("ROADSTEAD_STATE", "/var/lib/roadstead"); }

std::string admin_socket_of(const std::string& state_directory) { return cat(state_directory, "/admin.sock"); }

const std::vector<Option>& serve_options() {
  static const std::vector<Option> options{
      {"state", "DIR", "where everything is kept (/var/lib/roadstead, or $ROADSTEAD_STATE)"},
      {"name", "NAME", "name of this installation, if there are several on the machine (roadstead)"},
      {"api", "ADDRESS:PORT", "where the AWS API listens (127.0.0.1:4848)"},
      {"api-tls", "HOST", "serve the API over HTTPS, with a certificate of the local CA for HOST"},
      {"bind", "ADDRESS,…", "where the load balancer listens (0.0.0.0)"},
      {"http-port", "PORT", "the load balancer's port for HTTP (80; 8080 when not root)"},
      {"https-port", "PORT", "the load balancer's port for HTTPS (443; 8443 when not root)"},
      {"region", "REGION", "the AWS region this pretends to be (us-east-1)"},
      {"account-id", "ID", "12 digits; drawn at the first start"},
      {"domain", "DOMAIN", "what host names of services end in (localhost)"},
      {"network", "CIDR", "addresses for tasks; chosen at the first start (10.213.0.0/16)"},
      {"express-bake-minutes", "N", "how long Express deployments hold each step of traffic (3, as AWS)"},
      {"express-grace-seconds", "N", "how long new tasks of Express services may be unhealthy (300, as AWS)"},
      {"metric-period-seconds", "N", "what counts as a minute for metrics, alarms and scaling (60)"},
      {"cdi", "DIR,…", "where CDI files tell of GPUs (/etc/cdi,/var/run/cdi)"},
      {"no-profile", "", "do not write the AWS CLI profile 'roadstead'"},
      {"quiet", "", "no log line for each request"},
      {"help", "", "show this"},
  };
  return options;
}

Result<ServeSettings> serve_settings_of(const Arguments& arguments) {
  bool root = ::geteuid() == 0;
  ServeSettings out;
  out.state_directory = arguments.get("state", default_state_directory());
  out.name = arguments.get("name", "roadstead");
  TRY(check_name(out.name));
  auto api = arguments.get("api", "127.0.0.1:4848");
  auto colon = api.rfind(':');
  auto port = colon == std::string::npos ? std::nullopt : to_number<std::uint16_t>(api.substr(colon + 1));
  if (!port) return Error{"Usage", cat("--api must be ADDRESS:PORT, such as 127.0.0.1:4848, not '", api, "'.")};
  out.api_address = api.substr(0, colon);
  out.api_port = *port;
  out.api_tls_host = arguments.get("api-tls", "");
  out.bind_addresses = pieces_of(arguments.get("bind", "0.0.0.0"));
  if (out.bind_addresses.empty()) return Error{"Usage", "--bind needs at least one address."};
  out.http_port = static_cast<std::uint16_t>(TRY(arguments.number("http-port", root ? 80 : 8080, highest_port)));
  out.https_port = static_cast<std::uint16_t>(TRY(arguments.number("https-port", root ? 443 : 8443, highest_port)));
  out.region = arguments.get("region", from_environment("AWS_REGION", "us-east-1"));
  out.account_id = arguments.get("account-id", "");
  out.domain = arguments.get("domain", "localhost");
  out.network_cidr = arguments.get("network", "10.213.0.0/16");
  out.express_bake_minutes = TRY(arguments.number("express-bake-minutes", 3, longest_bake_minutes));
  out.express_grace_seconds = TRY(arguments.number("express-grace-seconds", 300, longest_grace_seconds));
  out.metric_period_seconds = TRY(arguments.number("metric-period-seconds", 60, longest_metric_period_seconds));
  if (out.metric_period_seconds < 1) return Error{"Usage", "--metric-period-seconds must be 1 to 60."};
  out.cdi_directories = pieces_of(arguments.get("cdi", "/etc/cdi,/var/run/cdi"));
  out.write_profile = !arguments.has("no-profile");
  out.log_requests = !arguments.has("quiet");
  return out;
}

}  // namespace roadstead
