// A Network that remembers what it was told, for tests of the agent and the simulation.
//
// Behaviour is data: how long a join takes is added to `waited` (nobody sleeps), `fails` makes the named tasks fail,
// `left_behind` are the networks an earlier life left. It keeps the promises of port.h (the contract test says so).
// Any thread.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "agent/sandbox/port.h"
#include "base/time/time.h"

namespace roadstead {

struct FakeNetworkBehaviour {
  Duration join_takes = std::chrono::milliseconds(1);
  std::map<std::string, Error> fails = {};           ///< by task id: what its join answers
  std::map<std::string, NetworkSpec> left_behind = {};  ///< by task id: what recover finds
  std::uint16_t first_dynamic_port = 49153;
  std::uint16_t last_dynamic_port = 65535;
};

class FakeNetwork final : public Network {
 public:
  explicit FakeNetwork(FakeNetworkBehaviour behaviour = {});

  Result<Joined> join(const NetworkSpec& task) override;
  Status leave(const std::string& task_id) override;
  Result<std::vector<std::string>> recover(const std::set<std::string>& wanted) override;
  Status set_security_groups(const std::vector<SecurityGroup>& groups) override;
  Status set_connect_endpoints(const std::vector<ConnectEndpoint>& endpoints) override;

  /// The tasks that have a network, in order.
  std::vector<std::string> present() const;

  std::vector<SecurityGroup> groups() const;
  std::vector<ConnectEndpoint> endpoints() const;

  /// How long all joins would have taken together.
  Duration waited() const;

 private:
  struct Member {
    NetworkSpec task;
    Joined joined;
  };

  Result<Member> plan(const NetworkSpec& task);
  Status take_ports(std::vector<PortMapping>& mappings);

  mutable std::mutex mutex_;  // guards everything below
  FakeNetworkBehaviour behaviour_;
  std::map<std::string, Member> members_;
  std::vector<SecurityGroup> groups_;
  std::vector<ConnectEndpoint> endpoints_;
  Duration waited_{0};
  std::uint32_t last_bridge_address_ = 1;
  std::uint16_t next_port_;
  bool recovered_ = false;
};

}  // namespace roadstead
