// The node agent without its hands: remembers the rows of its tasks and how far each has come, and says what to do next.
//
// Rows, outcomes and ends of containers go in; actions, reports and changes of the node's own store come out. The real
// agent (agent/node/node_agent.h) and the simulated one (agent/node/fake_node.h) are two shells around this class.
//
//   on_rows / on_outcome / on_ending ─► mark the task ─► step(now): settle, plan, begin ─► actions
//                                                              └─► take_observations, take_changes
//
// One thread. Pure: no clock, no files, no ports. The same calls give the same answers.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "agent/core/progress.h"
#include "agent/core/render/render_connect.h"
#include "agent/core/render/render_container.h"
#include "agent/core/settings.h"
#include "agent/core/task_life.h"
#include "services/ecs/observe/task_observation.h"
#include "store/tx/tx.h"

namespace roadstead {

/// A change of the node's own store (docs/formats/node.md): at most one of the last three is set, none when it is gone.
struct NodeStoreChange {
  std::string table;
  std::string key;
  std::shared_ptr<const TaskRow> task = {};
  std::shared_ptr<const TaskDefinitionRow> definition = {};
  std::shared_ptr<const TaskProgress> progress = {};
};

/// The tables of the node's own store.
inline constexpr std::string_view node_tasks_table = "tasks";
inline constexpr std::string_view node_definitions_table = "task_definitions";
inline constexpr std::string_view node_progress_table = "task_progress";

/// All rows that a node follows, as of one moment.
struct NodeRows {
  std::uint64_t seq = 0;
  std::vector<std::shared_ptr<const TaskRow>> tasks;
  std::vector<std::shared_ptr<const TaskDefinitionRow>> definitions;
  std::vector<std::shared_ptr<const SecurityGroupRow>> groups;
  std::vector<std::shared_ptr<const NetworkInterfaceRow>> interfaces;
  std::vector<std::shared_ptr<const ConnectEndpointRow>> endpoints = {};
  /// Those with Service Connect alone.
  std::vector<std::shared_ptr<const ServiceRevisionRow>> revisions = {};
};

/// Reads what a node follows. State thread.
NodeRows read_node_rows(const Reader& rows, const std::string& node_id);

class AgentCore {
 public:
  explicit AgentCore(AgentSettings settings) : settings_(std::move(settings)) {}

  /// Puts back one row of the node's own store. Before anything else.
  void load(const NodeStoreChange& stored);

  /// Says what the runtime found after a restart; once, after the documents. What it no longer knows has ended.
  void on_recovered(const std::vector<RecoveredTask>& found, Instant now);

  /// Takes a whole set of rows: what is not in it is not wanted any more.
  void on_snapshot(const NodeRows& rows);

  /// Takes the changes of one transaction; those of other nodes are ignored.
  void on_rows(const Batch& batch);

  void on_outcome(const ActionOutcome& outcome);
  void on_ending(const ContainerRef& container, const ContainerEnding& ending);

  /// The control plane does not know this task: it is to be removed.
  void on_unknown_task(const std::string& task_arn);

  /// What to do now, at most a few hundred actions; with more to do, `next_wake` is at once. Never a WakeAt.
  std::vector<AgentAction> step(Instant now);

  /// When `step` is to be called again although nothing has happened.
  std::optional<Instant> next_wake() const;

  /// Reports since the last call. Unanswered ones come again after five seconds.
  std::vector<TaskObservation> take_observations();

  /// Changes of the node's store since the last call.
  std::vector<NodeStoreChange> take_changes();

  /// Ids of all tasks that are on this node, for the ports' recover().
  std::set<std::string> task_ids() const;

  /// Ids of all roots that these tasks may have.
  std::set<std::string> root_ids() const;

  /// How a task stands, for metadata and debugging; null when it is not here.
  struct HostedTask {
    std::shared_ptr<const TaskRow> row;
    std::shared_ptr<const TaskDefinitionRow> definition;
    std::vector<ContainerRules> rules;
    std::optional<TaskProgress> progress;
    // What actors found: needed to start containers, found again after a restart.
    std::optional<Joined> joined;
    std::map<std::string, Image> images;
    std::map<std::string, std::string> roots;
    std::map<std::string, ContainerEnding> early_endings;
    // As the node's store has them.
    std::shared_ptr<const TaskProgress> stored;
    std::shared_ptr<const TaskRow> stored_row;
    // Its security groups, which hold until it is gone.
    std::vector<std::string> groups;
    std::optional<TaskObservation> sent;
    std::optional<Instant> resend_at;
    std::optional<Instant> wake_at;
    /// No row will ever come for it.
    bool orphan = false;
  };
  const HostedTask* find(const std::string& task_arn) const;
  const HostedTask* find_by_id(const std::string& task_id) const;

  /// Shows every task that is here.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [arn, task] : tasks_) visit(task);
  }
  const AgentSettings& settings() const { return settings_; }
  std::size_t size() const { return tasks_.size(); }

 private:
  void take_task(const std::string& task_arn, std::shared_ptr<const TaskRow> row);
  void take_definition(const std::string& arn, std::shared_ptr<const TaskDefinitionRow> row);
  void take_group(const std::string& id, std::shared_ptr<const SecurityGroupRow> row);
  void take_interface(const std::string& id, std::shared_ptr<const NetworkInterfaceRow> row);
  void take_endpoint(const std::string& key, std::shared_ptr<const ConnectEndpointRow> row);
  void take_revision(const std::string& arn, std::shared_ptr<const ServiceRevisionRow> row);
  void take_recovered(HostedTask& task, const RecoveredTask& found, Instant now);
  void adopt_orphans();

  void step_task(const std::string& task_arn, HostedTask& task, Instant now, std::vector<AgentAction>& out);
  void begin_task(HostedTask& task);
  bool is_used_by_another(const std::string& task_arn, const TaskDefinitionRow& definition) const;
  bool forget_if_over(const std::string& task_arn, HostedTask& task);
  void store(HostedTask& task);
  void report(HostedTask& task, Instant now);
  void step_groups(Instant now, std::vector<AgentAction>& out);
  std::vector<SecurityGroup> needed_groups() const;
  std::vector<ConnectEndpoint> needed_endpoints() const;
  TaskIntent intent_of(const HostedTask& task) const;
  AgentAction render(HostedTask& task, const TaskStep& step) const;
  AgentAction render_join(const HostedTask& task, ActionTarget target) const;
  AgentAction render_start(const HostedTask& task, ActionTarget target) const;
  AgentAction render_stop(const HostedTask& task, ActionTarget target, int signal) const;
  LogTarget render_log_of(
      const HostedTask& task, const ecs::ContainerDefinition& definition, const ContainerProgress& container
  ) const;
  void set_wake(const std::string& task_arn, HostedTask& task, std::optional<Instant> at);
  void mark(const std::string& task_arn) { dirty_.insert(task_arn); }

  AgentSettings settings_;
  std::map<std::string, HostedTask> tasks_;        // by ARN
  std::map<std::string, std::string> arn_of_id_;
  std::map<std::string, std::shared_ptr<const TaskDefinitionRow>> definitions_;
  SecurityGroupRows groups_;
  EndpointRows endpoints_;
  std::map<std::string, std::shared_ptr<const ServiceRevisionRow>> revisions_;  // with Service Connect
  std::map<std::string, std::shared_ptr<const NetworkInterfaceRow>> interfaces_;
  std::map<std::string, std::map<std::string, std::string>> members_;  // group → address → task ARN
  std::map<std::string, RecoveredTask> recovered_;                     // found, but no row yet

  std::set<std::string> dirty_;
  std::set<std::pair<Instant, std::string>> wakes_;
  bool synced_ = false;
  Step groups_step_ = Step::none;
  bool groups_dirty_ = false;
  std::optional<Instant> groups_retry_at_;
  std::optional<std::vector<SecurityGroup>> groups_set_;
  std::vector<ConnectEndpoint> endpoints_set_;

  std::vector<TaskObservation> observations_;
  std::vector<NodeStoreChange> changes_;
};

}  // namespace roadstead
