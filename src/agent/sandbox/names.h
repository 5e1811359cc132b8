// What a task and its containers find in /etc/resolv.conf, /etc/hosts and /etc/hostname, as text. Pure but for reading the machine's own.
// A resolver on the machine's loopback cannot be reached from a task, so systemd-resolved's real ones stand in for it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/sandbox/port.h"

namespace roadstead {

/// What a resolv.conf says.
struct Resolvers {
  std::vector<std::string> servers = {};
  std::vector<std::string> search = {};
  std::vector<std::string> options = {};

  bool operator==(const Resolvers&) const = default;
};

/// What one container of a task knows beside what all of them know.
struct OwnNames {
  std::string container = {};                   ///< its name in the task definition
  std::string hostname = {};                    ///< empty: the task's, or in host mode the machine's
  std::vector<std::string> peers = {};          ///< names of others in its network namespace: "db mysql", a line each
  std::vector<std::string> extra_hosts = {};    ///< lines, "address<TAB>name"
  std::vector<std::string> dns_servers = {};    ///< instead of the task's
  std::vector<std::string> dns_search = {};     ///< instead of the task's

  bool operator==(const OwnNames&) const = default;
};

/// Reads a resolv.conf; lines it does not know are passed over.
Resolvers parse_resolv_conf(std::string_view text);

/// The resolvers tasks may use: `own` (/etc/resolv.conf) without those on loopback and IPv6 ones; if none is left, those
/// of `behind` (/run/systemd/resolve/resolv.conf). Search list and options stay `own`'s. No servers if there are none.
Resolvers resolvers_for_tasks(const Resolvers& own, const Resolvers& behind);

/// The machine's own, as resolvers_for_tasks of its two files.
Resolvers machine_resolvers();

/// "nameserver …" and "search …" lines; the task's own lists take the place of the machine's where they are set.
std::string render_resolv_conf(const NetworkSpec& task, const Resolvers& machine);

/// localhost, the task's own name at `address`, then `extra` (name, address): `extraHosts` of a container definition.
std::string render_hosts(
    std::string_view hostname, std::string_view address, const std::vector<std::pair<std::string, std::string>>& extra = {}
);

/// The files of one container of a task that got `joined`: its own host name stands in its /etc/hosts once, at the task's
/// address, or at 127.0.0.1 when it has none or has the machine's.
NameFiles render_name_files(const Joined& joined, const OwnNames& own);

/// The task's host name: as asked, or "ip-10-0-1-5", or the first 12 characters of its id when it has no address.
std::string hostname_of(const NetworkSpec& task, std::string_view address);

}  // namespace roadstead
