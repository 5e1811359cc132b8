// What the nftables table holds, and how it gets from there to what it should hold with the least work.
//
// One more or less task is a few elements in one transaction; changed groups rewrite the chains of the combinations in
// use; anything unexpected (someone flushed the ruleset) makes the whole table anew, which is always right.
// Without nftables (allowed only on request) it remembers and enforces nothing, and says so. One thread at a time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/sandbox/filter/nftables.h"
#include "agent/sandbox/filter/ruleset.h"

namespace roadstead {

class RuleBook {
 public:
  RuleBook(RulesetConfig config, std::optional<Nftables> nftables)
      : config_(std::move(config)), nftables_(std::move(nftables)) {}

  /// Whether the machine enforces what is put here.
  bool enforced() const { return nftables_.has_value(); }

  const RulesetConfig& config() const { return config_; }

  /// Makes the table anew with these tasks. Until it is called groups are only remembered.
  Status begin(TaskTable tasks);

  /// Adds a task or changes it. On failure the table is as before.
  Status put(const std::string& task_id, const TaskRules& rules);

  /// Removes a task; one that is not there is fine.
  Status remove(const std::string& task_id);

  /// Replaces the groups. Errors: InvalidNetwork, NetworkUnavailable; nothing has changed then.
  Status set_groups(const std::vector<SecurityGroup>& groups);

  /// Replaces the endpoints of Service Connect. Errors as above.
  Status set_endpoints(const std::vector<ConnectEndpoint>& endpoints);

 private:
  using Elements = std::map<TableElement, int>;  // how many tasks and groups want each

  Status replace_table();
  Status change(const TaskRules* before, const TaskRules* after);
  Status prune();
  void count_combination(const TaskRules& task, int difference);
  Elements elements() const;

  RulesetConfig config_;
  std::optional<Nftables> nftables_;
  GroupTable groups_;
  std::vector<ConnectEndpoint> endpoints_;
  TaskTable tasks_;
  Elements held_;
  std::map<std::string, int> combinations_;  // whose chains the table has, and how many tasks use them
  bool begun_ = false;
};

}  // namespace roadstead
