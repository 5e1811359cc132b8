// The machine's ports that tasks of bridge mode are published on, each held by a bound socket so that no other program
// takes it and the kernel gives it to no outgoing connection. Dynamic ports are chosen in turn. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/sandbox/link/netlink.h"
#include "agent/sandbox/port.h"

namespace roadstead {

class PortHolds {
 public:
  PortHolds(std::uint16_t first, std::uint16_t last) : first_(first), last_(last), next_(first) {}

  /// Holds all host ports of `mappings`, filling in those that are 0, or none of them. Container ports in a row (a
  /// containerPortRange) get host ports in a row where as many are free together.
  /// Errors: PortInUse (by a program or a task).
  Status take(std::vector<PortMapping>& mappings);

  /// Holds ports again that a task had before a restart; one that is taken meanwhile is held without its socket.
  void retake(const std::vector<PortMapping>& mappings);

  void release(const std::vector<PortMapping>& mappings);

 private:
  using Key = std::pair<std::string, std::uint16_t>;

  Result<OwnedFd> bind(const std::string& protocol, std::uint16_t port) const;
  Status take_one(PortMapping& mapping);
  bool take_row(PortMapping* first, std::size_t count);

  std::uint16_t first_;
  std::uint16_t last_;
  std::uint16_t next_;
  std::map<Key, OwnedFd> held_;
};

}  // namespace roadstead
