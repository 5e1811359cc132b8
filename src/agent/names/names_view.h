// The names that this machine tells to containers, as a value read from the rows. State thread; the value: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// One instance behind a name.
struct NamedInstance {
  std::string id;
  std::optional<std::string> ipv4 = {};
  std::optional<std::string> ipv6 = {};
  std::optional<std::string> cname = {};
  std::optional<std::string> port = {};
  bool healthy = true;

  bool operator==(const NamedInstance&) const = default;
};

/// A service of Cloud Map that is told by DNS.
struct ToldName {
  std::string name;  ///< "web.corp.internal", in small letters
  std::vector<servicediscovery::DnsRecord> records = {};
  bool weighted = false;  ///< one of the instances is told at a time
  std::vector<NamedInstance> instances = {};

  bool operator==(const ToldName&) const = default;
};

struct NamesView {
  /// Private namespaces: what is not told in them does not exist, whatever the rest of the world says.
  std::vector<std::string> private_zones = {};
  std::vector<ToldName> names = {};

  bool operator==(const NamesView&) const = default;
};

/// Everything that is to be told now, in the order of the names.
NamesView names_view_of(const Reader& rows);

/// Whether a change may change the view.
bool concerns_names(const Change& change);

}  // namespace roadstead
