// What `roadstead serve` is told: from its command line and the environment, with defaults that work as they are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arguments.h"
#include "base/result/result.h"

namespace roadstead {

struct ServeSettings {
  std::string state_directory;
  /// Separates two installations on one machine: cgroups, nftables table and interfaces carry it.
  std::string name = "roadstead";
  std::string api_address = "127.0.0.1";
  std::uint16_t api_port = 4848;
  /// The host name that the API's certificate is for; without one the API speaks plain HTTP.
  std::string api_tls_host;
  std::vector<std::string> bind_addresses;
  std::uint16_t http_port = 80;
  std::uint16_t https_port = 443;
  std::string region;
  std::string account_id;
  std::string domain;
  std::string network_cidr;
  int express_bake_minutes = 3;
  int express_grace_seconds = 300;
  /// What counts as a minute for metrics, alarms and scaling; less than 60 makes them fast, for tests.
  int metric_period_seconds = 60;
  /// Where CDI files tell of GPUs.
  std::vector<std::string> cdi_directories;
  bool write_profile = true;
  bool log_requests = true;
};

/// The directory that holds everything of an installation, unless --state or ROADSTEAD_STATE names another.
std::string default_state_directory();

const std::vector<Option>& serve_options();

/// Errors: Usage.
Result<ServeSettings> serve_settings_of(const Arguments& arguments);

/// The socket through which the other sub-commands talk to a running server.
std::string admin_socket_of(const std::string& state_directory);

}  // namespace roadstead
