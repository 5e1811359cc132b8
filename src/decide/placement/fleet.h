// Nodes with what is left of them, and which of them a task goes to. An index finds the node without looking at all of them:
//
//   by load     one ordered set (tasks, node) for each class of free CPU and class of free memory: the classes above the
//               one asked for need no check of CPU and memory, so the fewest tasks are at the front of one of them
//   by amount   an ordered set (free CPU, node) for each class of free memory and the other way round: binpack begins at the
//               amount that is asked for and does not meet nodes that have nothing left of the other
//
// Strategies are obeyed in their order, each among what the one before holds equal. Of equals after a spread the node with the
// fewest tasks is taken, then the one added first, so results repeat. Pure: no rows, no clock; random bits come from an Ids.
// Source: reference/ecs-core.md §5.4.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id/id.h"

namespace roadstead {

/// What a task takes of a node.
struct TaskNeeds {
  /// Units of 1/1024 vCPU, and MiB.
  std::int32_t cpu_units = 0;
  std::int32_t memory_mib = 0;
  std::vector<std::int32_t> tcp_ports = {};
  std::vector<std::int32_t> udp_ports = {};
  int gpus = 0;
};

/// What is left of a node.
struct NodeRoom {
  /// Below 0 when more is promised than there is.
  std::int64_t cpu_units = 0;
  std::int64_t memory_mib = 0;
  /// Host ports in use.
  std::set<std::int32_t> tcp_ports = {};
  std::set<std::int32_t> udp_ports = {};
  std::vector<std::string> free_gpus = {};
  int tasks = 0;

  /// RESOURCE:CPU, RESOURCE:MEMORY, RESOURCE:PORTS or RESOURCE:GPU: what there is too little of. Empty when it fits.
  std::string_view shortage(const TaskNeeds& needs) const;

  /// Takes a task on; the names of the GPUs that it gets.
  std::vector<std::string> take(const TaskNeeds& needs);
};

/// How the tasks of one group are spread over the values of an attribute. Nodes without a value come last.
class Spread {
 public:
  /// `value_of[node]` is the number of its value, from 0 on; -1 is none. `values` is how many there are.
  Spread(std::vector<int> value_of, std::size_t values);

  void count(std::size_t node);

  /// How many tasks a node's value has; nothing when the node has no value.
  std::optional<int> tasks_near(std::size_t node) const;

  /// The numbers of tasks that occur, ascending.
  const std::map<int, int>& tiers() const { return tiers_; }

 private:
  std::vector<int> value_of_;
  std::vector<int> tasks_of_;
  std::map<int, int> tiers_;  // number of tasks → how many values have it
};

/// One placement strategy, ready to be asked. `spread` is looked at only by that kind, and outlives the question.
struct Preference {
  enum class Kind { spread, binpack_cpu, binpack_memory, random };
  Kind kind = Kind::spread;
  const Spread* spread = nullptr;
};

class Fleet {
 public:
  /// Whether a node may be chosen, for reasons of the caller's.
  using Admit = std::function<bool(std::size_t)>;

  /// Adds a node and gives its number: 0, 1, … A closed one is never chosen.
  std::size_t add(NodeRoom room, bool open = true);

  std::size_t size() const { return rooms_.size(); }

  const NodeRoom& room(std::size_t node) const { return rooms_[node]; }

  /// Takes a task on to a node, whether it fits or not; the names of the GPUs that it gets.
  std::vector<std::string> take(std::size_t node, const TaskNeeds& needs);

  /// The best node that has room for `needs` and is admitted; nothing when there is none.
  std::optional<std::size_t> choose(const TaskNeeds& needs, const std::vector<Preference>& preferences, const Admit& admit,
                                    Ids& ids);

 private:
  static constexpr std::size_t classes = 33;
  using Ordered = std::set<std::pair<std::int64_t, std::size_t>>;

  struct Question;

  bool fits(const Question& question, std::size_t node) const;
  std::optional<std::size_t> refine(const Question& question, std::size_t next, const Admit& admit);
  std::optional<std::size_t> least_loaded(const Question& question, const Admit& admit);
  std::optional<std::size_t> spread(const Question& question, std::size_t next, const Admit& admit);
  std::optional<std::size_t> pack(const Question& question, std::size_t next, const Admit& admit);
  std::optional<std::size_t> any(const Question& question, const Admit& admit) const;
  /// An index is kept from the first question on that needs it: who packs pays for no other.
  void keep(bool& kept);
  void enter(std::size_t node);
  void leave(std::size_t node);

  bool keeps_load_ = false;
  bool keeps_cpu_ = false;
  bool keeps_memory_ = false;
  std::vector<NodeRoom> rooms_;
  std::vector<bool> open_;
  std::array<std::array<Ordered, classes>, classes> by_load_;  // [class of free CPU][class of free memory]
  std::array<std::uint64_t, classes> filled_{};                // by class of free CPU: a bit for each class of memory in use
  std::array<Ordered, classes> by_cpu_;     // by class of free memory
  std::array<Ordered, classes> by_memory_;  // by class of free CPU
};

}  // namespace roadstead
