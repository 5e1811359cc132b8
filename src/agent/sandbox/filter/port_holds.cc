#include "agent/sandbox/filter/port_holds.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/observe/log.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

/// How many mappings from `at` on ask for any host port for container ports that follow each other.
std::size_t row_at(const std::vector<PortMapping>& mappings, std::size_t at) {
  std::size_t end = at;
  while (end < mappings.size() && mappings[end].host_port == 0 && mappings[end].protocol == mappings[at].protocol &&
         mappings[end].container_port == mappings[at].container_port + (end - at)) {
    ++end;
  }
  return end - at;
}

}  // namespace

Result<OwnedFd> PortHolds::bind(const std::string& protocol, std::uint16_t port) const {
  OwnedFd fd(::socket(AF_INET, (protocol == "udp" ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  if (!fd || ::bind(fd.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
    return Error{"PortInUse", cat(protocol, " port ", port, " of this machine cannot be used: ", std::strerror(errno))};
  }
  return fd;
}

Status PortHolds::take_one(PortMapping& mapping) {
  if (mapping.host_port != 0) {
    Key key{mapping.protocol, mapping.host_port};
    if (held_.contains(key)) {
      return Error{"PortInUse", cat(key.first, " port ", key.second, " of this machine is taken by another task")};
    }
    held_.emplace(key, TRY(bind(mapping.protocol, mapping.host_port)));
    return Done{};
  }
  for (int tried = 0; tried <= last_ - first_; ++tried) {
    Key key{mapping.protocol, next_};
    next_ = next_ == last_ ? first_ : static_cast<std::uint16_t>(next_ + 1);
    if (held_.contains(key)) continue;
    auto fd = bind(key.first, key.second);
    if (!fd) continue;
    mapping.host_port = key.second;
    held_.emplace(key, std::move(*fd));
    return Done{};
  }
  return Error{"PortInUse", cat("no ", mapping.protocol, " port of ", first_, "-", last_, " is free on this machine")};
}

/// All of a row or none; false when no stretch of the dynamic ports is free.
bool PortHolds::take_row(PortMapping* first, std::size_t count) {
  auto all = static_cast<std::size_t>(last_ - first_) + 1;
  std::vector<OwnedFd> row;
  for (std::size_t tried = 0; tried < 2 * all && count <= all; ++tried) {
    if (row.empty() && next_ + count - 1 > last_) {
      tried += static_cast<std::size_t>(last_ - next_);
      next_ = first_;
      continue;
    }
    Key key{first->protocol, next_};
    next_ = next_ == last_ ? first_ : static_cast<std::uint16_t>(next_ + 1);
    auto fd = held_.contains(key) ? Result<OwnedFd>(Error{"PortInUse", ""}) : bind(key.first, key.second);
    if (!fd) {
      row.clear();
      continue;
    }
    row.push_back(std::move(*fd));
    if (row.size() < count) continue;
    for (std::size_t i = 0; i < count; ++i) {
      first[i].host_port = static_cast<std::uint16_t>(key.second - (count - 1) + i);
      held_.emplace(Key{key.first, first[i].host_port}, std::move(row[i]));
    }
    return true;
  }
  return false;
}

Status PortHolds::take(std::vector<PortMapping>& mappings) {
  auto chosen = mappings;
  std::size_t singly = 0;  // mappings before this one are of a row for which there was no room
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    std::size_t row = i < singly ? 1 : row_at(chosen, i);
    if (row > 1 && take_row(&chosen[i], row)) {
      i += row - 1;
      continue;
    }
    singly = std::max(singly, i + row);
    auto outcome = take_one(chosen[i]);
    if (!outcome) {
      chosen.resize(i);
      release(chosen);
      return outcome;
    }
  }
  mappings = std::move(chosen);
  return Done{};
}

void PortHolds::retake(const std::vector<PortMapping>& mappings) {
  for (const auto& mapping : mappings) {
    auto fd = bind(mapping.protocol, mapping.host_port);
    if (!fd) log_warning("host_port_not_held", {{"port", cat(mapping.host_port)}, {"why", fd.error().message}});
    held_.insert_or_assign(Key{mapping.protocol, mapping.host_port}, fd ? std::move(*fd) : OwnedFd());
  }
}

void PortHolds::release(const std::vector<PortMapping>& mappings) {
  for (const auto& mapping : mappings) held_.erase(Key{mapping.protocol, mapping.host_port});
}

}  // namespace roadstead
