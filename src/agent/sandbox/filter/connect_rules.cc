#include "agent/sandbox/filter/connect_rules.h"

#include "base/text/text.h"

namespace roadstead {
namespace {

bool is_ipv6(std::string_view cidr) { return cidr.contains(':'); }

std::string line_of(const ConnectEndpoint& endpoint, std::string_view who) {
  return cat("ip daddr ", endpoint.address, " meta l4proto tcp ct original proto-dst ", endpoint.port, " ip saddr @",
             namespace_set(endpoint.namespace_id), ' ', who, "accept");
}

}  // namespace

std::string namespace_set(std::string_view namespace_id) { return cat("n_", namespace_id); }

std::set<std::string> connect_sets(const std::vector<ConnectEndpoint>& endpoints) {
  std::set<std::string> sets;
  for (const auto& endpoint : endpoints) {
    sets.insert(namespace_set(endpoint.namespace_id));
    for (const auto& source : endpoint.sources) {
      if (!source.group_id.empty()) sets.insert(member_set(source.group_id));
    }
  }
  return sets;
}

std::vector<std::string> render_connect_rules(const std::vector<ConnectEndpoint>& endpoints) {
  std::vector<std::string> lines;
  for (const auto& endpoint : endpoints) {
    for (const auto& source : endpoint.sources) {
      if (!source.group_id.empty()) {
        lines.push_back(line_of(endpoint, cat("ip saddr @", member_set(source.group_id), ' ')));
      } else if (source.cidr.empty() || source.cidr == "0.0.0.0/0") {
        lines.push_back(line_of(endpoint, ""));
      } else if (!is_ipv6(source.cidr)) {
        auto range = parse_ipv4_range(source.cidr);
        CHECK(range, "endpoints are validated before they are rendered");
        lines.push_back(line_of(endpoint, cat("ip saddr ", to_string(*range), ' ')));
      }
    }
  }
  lines.emplace_back("meta l4proto tcp reject with tcp reset");
  lines.emplace_back("drop");
  return lines;
}

std::string render_connect_change(const RulesetConfig& config, const std::vector<ConnectEndpoint>& endpoints) {
  std::string text;
  for (const auto& set : connect_sets(endpoints)) text += cat("add set inet ", config.table, ' ', set, " { type ipv4_addr; }\n");
  text += cat("flush chain inet ", config.table, " connect\n");
  for (const auto& rule : render_connect_rules(endpoints)) text += cat("add rule inet ", config.table, " connect ", rule, '\n');
  return text;
}

}  // namespace roadstead
