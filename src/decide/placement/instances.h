// Nodes as the container instances of clusters. Every node of Roadstead is an instance of every cluster, with an ARN that
// follows from both, so it needs a row only once somebody has drained it, tagged it with attributes or deregistered it.
// Agents from elsewhere are instances too: they have rows, but no NodeRow, and only StartTask gives them tasks.
//
//   ACTIVE ◄──► DRAINING ──► INACTIVE (deregistered) ──► ACTIVE (registered again)
//
// State thread; reads only. Source: reference/ecs-core.md §1.12, §5.6, §5.7.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time/time.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// An agent from elsewhere that has not called for this long counts as disconnected.
constexpr auto agent_silent_after = std::chrono::minutes(2);

/// One container instance, put together from its node and its row.
struct Instance {
  ContainerInstanceRow row;
  /// Heard of lately.
  bool connected = false;
  std::optional<Instant> last_seen_at = {};
  /// X86_64 or ARM64.
  std::string cpu_architecture = {};
  /// Those that it runs too.
  std::vector<std::string> emulated_architectures = {};
  std::int32_t cpu_units = 0;
  std::int32_t memory_mib = 0;
  /// Those that the node has by itself and those of the row; no name twice. What every node has is not among them: see
  /// with_capabilities.
  std::vector<ecs::Attribute> attributes = {};
};

/// The ARN of a node as an instance of a cluster.
std::string instance_arn_of(std::string_view cluster_arn, std::string_view node_id);

/// The id of a machine, as machines outside of EC2 have them: "mi-" and 17 letters and digits, the same in every cluster.
std::string machine_id_of(std::string_view node_id);

/// All instances of a cluster, INACTIVE ones too, in the order of their ARNs.
std::vector<Instance> instances_of(const Reader& rows, const std::string& cluster_arn, Instant now);

/// A node as an instance of a cluster.
Instance instance_of(const Reader& rows, const std::string& cluster_arn, const NodeRow& node, Instant now);

/// One of them; nothing when there is none.
std::optional<Instance> find_instance(const Reader& rows, const std::string& cluster_arn, const std::string& instance_arn,
                                      Instant now);

/// Whether a node takes new tasks of a cluster: nobody has drained or deregistered it there.
bool takes_tasks(const Reader& rows, std::string_view cluster_arn, std::string_view node_id);

/// Whether a machine runs programs for the architecture `wanted` (X86_64, ARM64; empty is any): by itself or by emulation.
bool runs_architecture(std::string_view wanted, std::string_view own, const std::vector<std::string>& emulated);

/// Its attributes as the API shows them: a node's capabilities, too.
std::vector<ecs::Attribute> with_capabilities(const Instance& instance);

/// The value of an attribute; nothing when the instance lacks it, empty when it has no value.
std::optional<std::string> attribute_of(const Instance& instance, std::string_view name);

}  // namespace roadstead
