#include "agent/sandbox/filter/rule_book.h"

#include <set>
#include <utility>

#include "agent/sandbox/filter/connect_rules.h"
#include "agent/sandbox/spec_rules.h"
#include "base/observe/log.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr std::size_t unused_combinations_kept = 32;

std::string element_command(std::string_view verb, const RulesetConfig& config, const TableElement& element) {
  return cat(verb, " element inet ", config.table, ' ', element.set, " { ", element.text, " }\n");
}

}  // namespace

RuleBook::Elements RuleBook::elements() const {
  Elements out;
  for (const auto& [id, task] : tasks_) {
    for (auto& element : elements_of(task)) ++out[std::move(element)];
  }
  for (const auto& [id, group] : groups_) {
    for (auto& element : remote_elements_of(group)) ++out[std::move(element)];
  }
  return out;
}

Status RuleBook::replace_table() {
  if (nftables_) TRY(nftables_->run(render_table(config_, groups_, tasks_, endpoints_)));
  held_ = elements();
  combinations_.clear();
  for (const auto& [id, task] : tasks_) ++combinations_[combination_of(task)];
  return Done{};
}

Status RuleBook::begin(TaskTable tasks) {
  tasks_ = std::move(tasks);
  TRY(replace_table());
  begun_ = true;
  return Done{};
}

void RuleBook::count_combination(const TaskRules& task, int difference) {
  combinations_[combination_of(task)] += difference;
}

Status RuleBook::change(const TaskRules* before, const TaskRules* after) {
  Elements wanted = {};
  if (before != nullptr) {
    for (auto& element : elements_of(*before)) --wanted[std::move(element)];
  }
  if (after != nullptr) {
    for (auto& element : elements_of(*after)) ++wanted[std::move(element)];
  }
  std::vector<TableElement> removed;
  std::vector<TableElement> added;
  for (const auto& [element, difference] : wanted) {
    auto held = held_.find(element);
    int count = held == held_.end() ? 0 : held->second;
    if (count > 0 && count + difference <= 0) removed.push_back(element);
    if (count <= 0 && count + difference > 0) added.push_back(element);
  }
  TRY(nftables_->change(config_.table, removed, added));
  for (const auto& [element, difference] : wanted) {
    auto& count = held_[element];
    count += difference;
    if (count <= 0) held_.erase(element);
  }
  return Done{};
}

Status RuleBook::put(const std::string& task_id, const TaskRules& rules) {
  auto found = tasks_.find(task_id);
  std::optional<TaskRules> before;
  if (found != tasks_.end()) before = found->second;
  if (before == rules) return Done{};
  // Chains nobody uses are not kept up with changing groups.
  auto combination = combinations_.find(combination_of(rules));
  bool chains_are_current = combination != combinations_.end() && combination->second > 0;
  tasks_[task_id] = rules;
  if (!nftables_) return Done{};
  Status outcome = Done{};
  bool set_is_there = rules.connect_namespace.empty() || (before && before->connect_namespace == rules.connect_namespace);
  if (!chains_are_current || !set_is_there) outcome = nftables_->run(render_combination(config_, rules, groups_));
  if (outcome) outcome = change(before ? &*before : nullptr, &rules);
  if (outcome) {
    count_combination(rules, 1);
    if (before) count_combination(*before, -1);
    return Done{};
  }
  log_warning("network_table_remade", {{"task", task_id}, {"why", outcome.error().message}});
  outcome = replace_table();
  if (outcome) return Done{};
  if (before) {
    tasks_[task_id] = *before;
  } else {
    tasks_.erase(task_id);
  }
  return outcome;
}

Status RuleBook::remove(const std::string& task_id) {
  auto found = tasks_.find(task_id);
  if (found == tasks_.end()) return Done{};
  auto before = found->second;
  tasks_.erase(found);
  if (!nftables_) return Done{};
  auto outcome = change(&before, nullptr);
  if (outcome) {
    count_combination(before, -1);
  } else {
    log_warning("network_table_remade", {{"task", task_id}, {"why", outcome.error().message}});
    outcome = replace_table();
    if (!outcome) {
      tasks_[task_id] = before;
      return outcome;
    }
  }
  return prune();
}

Status RuleBook::prune() {
  if (combinations_.size() <= unused_combinations_kept) return Done{};
  std::map<std::string, int> used;
  std::string commands;
  for (const auto& [name, users] : combinations_) {
    if (users > 0) {
      used.emplace(name, users);
    } else {
      commands += render_removal(config_, name);
    }
  }
  if (combinations_.size() - used.size() <= unused_combinations_kept) return Done{};
  TRY(nftables_->run(commands));
  combinations_ = std::move(used);
  return Done{};
}

Status RuleBook::set_groups(const std::vector<SecurityGroup>& groups) {
  TRY(validate_groups(groups));
  GroupTable next;
  for (const auto& group : groups) next.emplace(group.id, group);
  if (next == groups_) return Done{};
  auto before = std::exchange(groups_, std::move(next));
  if (!begun_ || !nftables_) return Done{};

  std::string commands;
  std::set<std::string> known_sets = member_sets(before, tasks_);
  for (const auto& set : member_sets(groups_, tasks_)) {
    if (!known_sets.contains(set)) commands += cat("add set inet ", config_.table, ' ', set, " { type ipv4_addr; }\n");
  }
  std::set<std::string> done;
  for (const auto& [id, task] : tasks_) {
    if (!done.insert(combination_of(task)).second) continue;
    auto text = render_combination(config_, task, groups_);
    if (text != render_combination(config_, task, before)) commands += text;
  }
  auto wanted = elements();
  for (const auto& [element, count] : held_) {
    if (!wanted.contains(element)) commands += element_command("delete", config_, element);
  }
  for (const auto& [element, count] : wanted) {
    if (!held_.contains(element)) commands += element_command("add", config_, element);
  }
  Status outcome = Done{};
  if (!commands.empty()) outcome = nftables_->run(commands);
  if (outcome) {
    held_ = std::move(wanted);
    return Done{};
  }
  log_warning("network_table_remade", {{"why", outcome.error().message}});
  outcome = replace_table();
  if (!outcome) groups_ = std::move(before);
  return outcome;
}

Status RuleBook::set_endpoints(const std::vector<ConnectEndpoint>& endpoints) {
  TRY(validate_endpoints(endpoints));
  if (endpoints == endpoints_) return Done{};
  auto before = std::exchange(endpoints_, endpoints);
  if (!begun_ || !nftables_) return Done{};
  auto outcome = nftables_->run(render_connect_change(config_, endpoints_));
  if (outcome) return Done{};
  log_warning("network_table_remade", {{"why", outcome.error().message}});
  outcome = replace_table();
  if (!outcome) endpoints_ = std::move(before);
  return outcome;
}

}  // namespace roadstead
