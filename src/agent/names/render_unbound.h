// The configuration of the unbound that tells names to containers (docs/formats/names.md). Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roadstead {

struct NameServerSettings {
  /// Absolute; everything of unbound lives in it. Made with mode 0755: unbound reads it without root's powers.
  std::string directory;
  /// Where tasks reach it: the machine's own address in their network.
  std::string address;
  /// Who may ask: the ranges of tasks, "10.80.0.0/16".
  std::vector<std::string> ranges;
  /// The account that it runs as; empty: ours.
  std::string user = {};
  std::string program = "unbound";
  std::string control_program = "unbound-control";
  /// The machine's own resolvers, which are asked for all other names.
  std::string resolv_conf = "/etc/resolv.conf";
};

/// `forwarders` are the addresses of the machine's own resolvers; without one, unbound asks the root servers itself.
std::string render_unbound(const NameServerSettings& settings, const std::vector<std::string>& forwarders);

/// The resolvers that a resolv.conf names, but for `own`, which would ask itself for ever.
std::vector<std::string> forwarders_in(std::string_view resolv_conf, std::string_view own);

}  // namespace roadstead
