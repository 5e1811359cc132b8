#include "decide/placement/fleet.h"

#include <algorithm>
#include <bit>

namespace roadstead {

namespace {

/// How often a node is drawn before all are looked at.
constexpr int draws = 16;

/// 0 for nothing, else n for amounts of n binary digits: whoever is in a higher class has more.
std::size_t class_of(std::int64_t amount) {
  if (amount <= 0) return 0;
  return std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(amount))), 32);
}

bool any_in(const std::vector<std::int32_t>& wanted, const std::set<std::int32_t>& used) {
  return std::ranges::any_of(wanted, [&](std::int32_t port) { return used.contains(port); });
}

}  // namespace

std::string_view NodeRoom::shortage(const TaskNeeds& needs) const {
  if (needs.cpu_units > 0 && needs.cpu_units > cpu_units) return "RESOURCE:CPU";
  if (needs.memory_mib > 0 && needs.memory_mib > memory_mib) return "RESOURCE:MEMORY";
  if (any_in(needs.tcp_ports, tcp_ports) || any_in(needs.udp_ports, udp_ports)) return "RESOURCE:PORTS";
  if (needs.gpus > static_cast<int>(free_gpus.size())) return "RESOURCE:GPU";
  return {};
}

std::vector<std::string> NodeRoom::take(const TaskNeeds& needs) {
  cpu_units -= needs.cpu_units;
  memory_mib -= needs.memory_mib;
  tcp_ports.insert(needs.tcp_ports.begin(), needs.tcp_ports.end());
  udp_ports.insert(needs.udp_ports.begin(), needs.udp_ports.end());
  ++tasks;
  auto given = free_gpus.begin() + std::min<std::ptrdiff_t>(needs.gpus, std::ssize(free_gpus));
  std::vector<std::string> gpus(free_gpus.begin(), given);
  free_gpus.erase(free_gpus.begin(), given);
  return gpus;
}

Spread::Spread(std::vector<int> value_of, std::size_t values) : value_of_(std::move(value_of)), tasks_of_(values, 0) {
  if (values > 0) tiers_[0] = static_cast<int>(values);
}

void Spread::count(std::size_t node) {
  if (value_of_[node] < 0) return;
  auto& tasks = tasks_of_[static_cast<std::size_t>(value_of_[node])];
  if (--tiers_[tasks] == 0) tiers_.erase(tasks);
  ++tiers_[++tasks];
}

std::optional<int> Spread::tasks_near(std::size_t node) const {
  if (value_of_[node] < 0) return std::nullopt;
  return tasks_of_[static_cast<std::size_t>(value_of_[node])];
}

struct Fleet::Question {
  const TaskNeeds& needs;
  const std::vector<Preference>& preferences;
  Ids& ids;
};

std::size_t Fleet::add(NodeRoom room, bool open) {
  rooms_.push_back(std::move(room));
  open_.push_back(open);
  enter(rooms_.size() - 1);
  return rooms_.size() - 1;
}

void Fleet::keep(bool& kept) {
  if (kept) return;
  for (std::size_t node = 0; node < rooms_.size(); ++node) leave(node);
  kept = true;
  for (std::size_t node = 0; node < rooms_.size(); ++node) enter(node);
}

void Fleet::enter(std::size_t node) {
  if (!open_[node]) return;
  const auto& room = rooms_[node];
  auto cpu = class_of(room.cpu_units);
  auto memory = class_of(room.memory_mib);
  if (keeps_load_) {
    by_load_[cpu][memory].emplace(room.tasks, node);
    filled_[cpu] |= std::uint64_t{1} << memory;
  }
  if (keeps_cpu_) by_cpu_[memory].emplace(room.cpu_units, node);
  if (keeps_memory_) by_memory_[cpu].emplace(room.memory_mib, node);
}

void Fleet::leave(std::size_t node) {
  if (!open_[node]) return;
  const auto& room = rooms_[node];
  auto cpu = class_of(room.cpu_units);
  auto memory = class_of(room.memory_mib);
  if (keeps_load_) {
    by_load_[cpu][memory].erase({room.tasks, node});
    if (by_load_[cpu][memory].empty()) filled_[cpu] &= ~(std::uint64_t{1} << memory);
  }
  if (keeps_cpu_) by_cpu_[memory].erase({room.cpu_units, node});
  if (keeps_memory_) by_memory_[cpu].erase({room.memory_mib, node});
}

std::vector<std::string> Fleet::take(std::size_t node, const TaskNeeds& needs) {
  leave(node);
  auto gpus = rooms_[node].take(needs);
  enter(node);
  return gpus;
}

bool Fleet::fits(const Question& question, std::size_t node) const { return rooms_[node].shortage(question.needs).empty(); }

std::optional<std::size_t> Fleet::choose(const TaskNeeds& needs, const std::vector<Preference>& preferences, const Admit& admit,
                                         Ids& ids) {
  return refine({needs, preferences, ids}, 0, admit);
}

std::optional<std::size_t> Fleet::refine(const Question& question, std::size_t next, const Admit& admit) {
  if (next == question.preferences.size()) return least_loaded(question, admit);
  switch (question.preferences[next].kind) {
    case Preference::Kind::spread: return spread(question, next, admit);
    case Preference::Kind::random: return any(question, admit);
    default: return pack(question, next, admit);
  }
}

std::optional<std::size_t> Fleet::least_loaded(const Question& question, const Admit& admit) {
  keep(keeps_load_);
  std::optional<std::pair<std::int64_t, std::size_t>> best;
  auto least_memory = class_of(question.needs.memory_mib);
  for (auto cpu = class_of(question.needs.cpu_units); cpu < classes; ++cpu) {
    auto filled = filled_[cpu] >> least_memory << least_memory;
    for (; filled != 0; filled &= filled - 1) {
      for (const auto& entry : by_load_[cpu][static_cast<std::size_t>(std::countr_zero(filled))]) {
        if (best && entry >= *best) break;
        if (!fits(question, entry.second) || !admit(entry.second)) continue;
        best = entry;
        break;
      }
    }
  }
  if (!best) return std::nullopt;
  return best->second;
}

std::optional<std::size_t> Fleet::spread(const Question& question, std::size_t next, const Admit& admit) {
  const auto& spread = *question.preferences[next].spread;
  for (const auto& [tasks, values] : spread.tiers()) {
    auto found = refine(question, next + 1, [&, wanted = tasks](std::size_t node) {
      return spread.tasks_near(node) == wanted && admit(node);
    });
    if (found) return found;
  }
  return refine(question, next + 1, [&](std::size_t node) { return !spread.tasks_near(node) && admit(node); });
}

std::optional<std::size_t> Fleet::pack(const Question& question, std::size_t next, const Admit& admit) {
  bool cpu = question.preferences[next].kind == Preference::Kind::binpack_cpu;
  keep(cpu ? keeps_cpu_ : keeps_memory_);
  const auto& orders = cpu ? by_cpu_ : by_memory_;
  std::int64_t wanted = cpu ? question.needs.cpu_units : question.needs.memory_mib;
  auto other = class_of(cpu ? question.needs.memory_mib : question.needs.cpu_units);
  std::optional<std::pair<std::int64_t, std::size_t>> best;
  for (; other < classes; ++other) {
    // Who asks for nothing also fits where more is promised than there is.
    auto entry = wanted > 0 ? orders[other].lower_bound({wanted, 0}) : orders[other].begin();
    for (; entry != orders[other].end() && (!best || *entry < *best); ++entry) {
      if (!fits(question, entry->second) || !admit(entry->second)) continue;
      best = *entry;
      break;
    }
  }
  if (!best) return std::nullopt;
  if (next + 1 == question.preferences.size()) return best->second;
  return refine(question, next + 1, [&](std::size_t node) {
    return (cpu ? rooms_[node].cpu_units : rooms_[node].memory_mib) == best->first && admit(node);
  });
}

std::optional<std::size_t> Fleet::any(const Question& question, const Admit& admit) const {
  if (rooms_.empty()) return std::nullopt;
  auto good = [&](std::size_t node) { return open_[node] && fits(question, node) && admit(node); };
  for (int draw = 0; draw < draws; ++draw) {
    auto node = static_cast<std::size_t>(question.ids.bits() % rooms_.size());
    if (good(node)) return node;
  }
  std::vector<std::size_t> all;
  for (std::size_t node = 0; node < rooms_.size(); ++node) {
    if (good(node)) all.push_back(node);
  }
  if (all.empty()) return std::nullopt;
  return all[question.ids.bits() % all.size()];
}

}  // namespace roadstead
