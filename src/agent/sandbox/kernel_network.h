// The Network of a Linux machine: namespaces with routed veths, nftables, and a small pool of namespaces made ahead.
//
// Lives on this machine:
//   rsdhost          an empty bridge with the host address and the in-task endpoint's (169.254.170.2)
//   rsd<8 digits>    a veth per task; a host route to the task's address leads into it
//   table inet roadstead, net.ipv4.ip_forward = 1, files below the state directory (record.h)
// What tasks may reach of this machine: the in-task endpoint, DNS of its resolvers, and `host_tcp_ports` (the proxy and
// the API, as any client outside may), the last subject to their egress rules; nothing else.
// One lock serialises everything: the kernel's own lock on network configuration makes more threads useless.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "agent/sandbox/machine.h"
#include "agent/sandbox/names.h"
#include "agent/sandbox/network_config.h"
#include "agent/sandbox/port.h"
#include "agent/sandbox/filter/port_holds.h"
#include "agent/sandbox/link/ready_namespace.h"
#include "agent/sandbox/record.h"
#include "agent/sandbox/filter/rule_book.h"

namespace roadstead {

class KernelNetwork final : public Network {
 public:
  /// Prepares the machine. Needs root. Errors: NetworkUnavailable with what to do, InvalidNetwork (the configuration).
  static Result<std::unique_ptr<KernelNetwork>> open(const NetworkConfig& config);

  /// Leaves the tasks' networks as they are and removes the unclaimed namespaces.
  ~KernelNetwork() override;

  Result<Joined> join(const NetworkSpec& task) override;
  Status leave(const std::string& task_id) override;
  Result<std::vector<std::string>> recover(const std::set<std::string>& wanted) override;
  Status set_security_groups(const std::vector<SecurityGroup>& groups) override;
  Status set_connect_endpoints(const std::vector<ConnectEndpoint>& endpoints) override;

  /// How many namespaces stand ready. For tests and metrics.
  std::size_t ready() const;

 private:
  KernelNetwork(const NetworkConfig& config, PreparedMachine machine);

  Status adopt(const std::string& task_id, const std::set<std::string>& links);
  Result<Joined> join_again(const TaskRecord& record, const NetworkSpec& task);
  Result<TaskRecord> plan_record(const NetworkSpec& task);
  Status build(TaskRecord& record);
  Status undo(const TaskRecord& record);
  Result<std::string> free_bridge_address();
  Result<ReadyNamespace> take_ready();
  void keep_pool_full();
  Joined answer_for(const TaskRecord& record) const;
  std::string pin_of(const std::string& task_id) const;
  std::string record_of(const std::string& task_id) const;

  NetworkConfig config_;
  OwnedFd home_;
  Resolvers resolvers_;
  Ipv4Range bridge_range_;

  mutable std::mutex mutex_;  // guards everything below
  NetlinkSocket socket_;
  NetlinkSocket connections_;
  RuleBook rules_;
  PortHolds ports_;
  std::map<std::string, TaskRecord> tasks_;
  std::set<std::string> addresses_;
  std::uint32_t last_bridge_address_ = 1;
  bool recovered_ = false;
  std::vector<ReadyNamespace> pool_;
  std::condition_variable pool_wanted_;
  bool stopping_ = false;
  std::thread filler_;  // started last, joined in the destructor
};

}  // namespace roadstead
