#include "agent/names/render_zone.h"

#include <algorithm>

#include "base/data/hash.h"
#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"

namespace roadstead {

namespace {

using servicediscovery::DnsRecord;
using servicediscovery::RecordType;

constexpr std::size_t longest_plain_label = 32;

/// The label of one instance below its service's name. Users' ids may have letters that no host name has.
std::string label_of(const std::string& id) {
  auto plain = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
  };
  bool fits = id.size() <= longest_plain_label && std::ranges::all_of(id, plain) && !id.starts_with('-') && !id.ends_with('-');
  return fits ? id : sha256_hex(id).substr(0, longest_plain_label);
}

std::size_t most_of(const ToldName& told) { return told.weighted ? 1 : most_records; }

std::vector<NamedInstance> preferred(const ToldName& told) {
  std::vector<NamedInstance> healthy;
  std::ranges::copy_if(told.instances, std::back_inserter(healthy), &NamedInstance::healthy);
  return healthy.empty() ? told.instances : healthy;
}

/// Those whose turn it is.
std::vector<NamedInstance> chosen(const ToldName& told, std::uint64_t turn) {
  auto all = preferred(told);
  auto most = most_of(told);
  if (all.size() <= most) return all;
  std::vector<NamedInstance> out;
  for (std::size_t i = 0; i < most; ++i) out.push_back(all[static_cast<std::size_t>((turn * most + i) % all.size())]);
  return out;
}

std::string line(const std::string& name, const DnsRecord& record, std::string_view value) {
  return cat(name, ' ', record.ttl, " IN ", to_string(record.type), ' ', value, '\n');
}

std::string addresses(const std::string& name, std::int64_t ttl, const NamedInstance& instance) {
  std::string text;
  if (instance.ipv4) text += line(name, {.type = RecordType::a, .ttl = ttl}, *instance.ipv4);
  if (instance.ipv6) text += line(name, {.type = RecordType::aaaa, .ttl = ttl}, *instance.ipv6);
  return text;
}

std::string render_record(const std::string& name, const DnsRecord& record, const NamedInstance& instance) {
  switch (record.type) {
    case RecordType::a:
      return instance.ipv4 ? line(name, record, *instance.ipv4) : "";
    case RecordType::aaaa:
      return instance.ipv6 ? line(name, record, *instance.ipv6) : "";
    case RecordType::cname:
      return instance.cname ? line(name, record, cat(*instance.cname, '.')) : "";
    case RecordType::srv:
      break;
  }
  if (!instance.port) return "";
  auto own_name = cat(label_of(instance.id), '.', name);
  return line(name, record, cat("1 1 ", *instance.port, ' ', own_name, '.')) + addresses(own_name, record.ttl, instance);
}

}  // namespace

std::string render_zone(const NamesView& view, std::uint64_t turn) {
  // Nobody is told the SOA's numbers: the zone is only ever read from this file.
  std::string text = cat("$ORIGIN ", policy_zone, "\n@ 60 IN SOA localhost. root.localhost. 1 3600 600 86400 60\n@ 60 IN NS localhost.\n");
  for (const auto& zone : view.private_zones) text += cat(zone, " 15 IN CNAME *.\n*.", zone, " 15 IN CNAME .\n");
  for (const auto& told : view.names) {
    if (told.name.size() > longest_told_name) continue;
    for (const auto& instance : chosen(told, turn)) {
      for (const auto& record : told.records) text += render_record(told.name, record, instance);
    }
  }
  return text;
}

bool takes_turns(const NamesView& view) {
  return std::ranges::any_of(view.names, [](const ToldName& told) { return preferred(told).size() > most_of(told); });
}

}  // namespace roadstead
