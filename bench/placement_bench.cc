// How fast tasks are placed: a million tasks on 10,000 simulated nodes, half of them placed before the clock starts, by each
// way to choose, beside a floor (a bucket of nodes for each number of tasks, over the same numbers, nothing else), in turns.
// Also what a task's row takes in memory, at 100,000 of them. Prints one JSON object. Usage: placement_bench
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "base/id/id.h"
#include "base/text/text.h"
#include "decide/placement/fleet.h"
#include "decide/placement/node_room.h"
#include "rows/rows.gen.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t node_count = 10'000;
constexpr int task_count = 1'000'000;
constexpr int group_size = 1'000;
constexpr int row_count = 100'000;
constexpr int rounds = 3;

double seconds_since(Steady::time_point begun) { return std::chrono::duration<double>(Steady::now() - begun).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// The sizes of tasks: four kinds, by their number.
TaskNeeds needs_of_task(int number) {
  static constexpr std::int32_t cpu[] = {128, 256, 64, 512};
  static constexpr std::int32_t memory[] = {256, 128, 512, 1024};
  return {.cpu_units = cpu[number % 4], .memory_mib = memory[number % 4]};
}

/// Machines with room for all tasks and a third more, of three sizes.
NodeRoom machine(std::size_t number) {
  static constexpr std::int64_t cpu[] = {24'576, 32'768, 40'960};
  NodeRoom room;
  room.cpu_units = cpu[number % 3];
  room.memory_mib = cpu[number % 3] * 2;
  return room;
}

enum class Way { fewest, binpack, spread_zones, spread_nodes, random };

/// Places all tasks and gives the placements per second of the second half.
double rate_of(Way way) {
  Fleet fleet;
  std::vector<int> zone_of;
  std::vector<int> self;
  for (std::size_t i = 0; i < node_count; ++i) {
    fleet.add(machine(i));
    zone_of.push_back(static_cast<int>(i / 3 % 3));
    self.push_back(static_cast<int>(i));
  }
  SeededIds ids(1);
  Fleet::Admit all = [](std::size_t) { return true; };
  Spread zones(zone_of, 3);
  Spread nodes(self, node_count);
  std::vector<Preference> order;
  if (way == Way::binpack) order = {{.kind = Preference::Kind::binpack_cpu}};
  if (way == Way::random) order = {{.kind = Preference::Kind::random}};
  if (way == Way::spread_zones) order = {{.kind = Preference::Kind::spread, .spread = &zones}};
  if (way == Way::spread_nodes) order = {{.kind = Preference::Kind::spread, .spread = &nodes}};
  auto begun = Steady::now();
  for (int task = 0; task < task_count; ++task) {
    if (task == task_count / 2) begun = Steady::now();
    // Each group is spread for itself.
    if (task % group_size == 0 && way == Way::spread_zones) zones = Spread(zone_of, 3);
    if (task % group_size == 0 && way == Way::spread_nodes) nodes = Spread(self, node_count);
    auto needs = needs_of_task(task);
    auto chosen = fleet.choose(needs, order, all, ids);
    CHECK(chosen, "the machines have room for all tasks");
    fleet.take(*chosen, needs);
    if (way == Way::spread_zones) zones.count(*chosen);
    if (way == Way::spread_nodes) nodes.count(*chosen);
  }
  return task_count / 2 / seconds_since(begun);
}

/// The floor: nodes in buckets by their number of tasks; the first of the lowest bucket that fits moves to the next one.
double floor_rate() {
  struct Machine {
    std::int64_t cpu;
    std::int64_t memory;
  };
  std::vector<Machine> machines;
  std::vector<std::vector<std::size_t>> buckets(1);
  for (std::size_t i = 0; i < node_count; ++i) {
    auto room = machine(i);
    machines.push_back({room.cpu_units, room.memory_mib});
    buckets[0].push_back(node_count - 1 - i);
  }
  std::size_t lowest = 0;
  auto begun = Steady::now();
  for (int task = 0; task < task_count; ++task) {
    if (task == task_count / 2) begun = Steady::now();
    auto needs = needs_of_task(task);
    while (buckets[lowest].empty()) ++lowest;
    for (auto bucket = lowest;; ++bucket) {
      CHECK(bucket < buckets.size(), "the machines have room for all tasks");
      auto fits = [&](std::size_t node) { return machines[node].cpu >= needs.cpu_units && machines[node].memory >= needs.memory_mib; };
      auto found = std::find_if(buckets[bucket].rbegin(), buckets[bucket].rend(), fits);
      if (found == buckets[bucket].rend()) continue;
      auto node = *found;
      machines[node].cpu -= needs.cpu_units;
      machines[node].memory -= needs.memory_mib;
      buckets[bucket].erase(std::next(found).base());
      if (bucket + 1 == buckets.size()) buckets.emplace_back();
      // What is full for the smallest of tasks is never looked at again.
      if (machines[node].cpu >= 64 && machines[node].memory >= 128) buckets[bucket + 1].push_back(node);
      break;
    }
  }
  return task_count / 2 / seconds_since(begun);
}

TaskRow make_row(int number) {
  TaskRow row;
  auto digits = std::to_string(number);
  row.task_id = std::string(32 - digits.size(), '0') + digits;
  row.task_arn = cat("arn:aws:ecs:us-east-1:123456789012:task/default/", row.task_id);
  row.cluster_arn = "arn:aws:ecs:us-east-1:123456789012:cluster/default";
  row.task_definition_arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1";
  row.node_id = cat("n", number % 1000);
  row.service_arn = cat("arn:aws:ecs:us-east-1:123456789012:service/default/web", number % 100);
  row.revision_arn = cat("arn:aws:ecs:us-east-1:123456789012:service-revision/default/web/", number % 100);
  row.group = cat("service:web", number % 100);
  row.launch_type = "EC2";
  row.desired_status = DesiredStatus::running;
  row.last_status = TaskStatus::running;
  row.cpu = "256";
  row.memory = "512";
  row.created_at = row.started_at = row.connectivity_at = Instant::from_seconds(1000);
  row.container_instance_arn = cat("arn:aws:ecs:us-east-1:123456789012:container-instance/default/", row.task_id);
  row.reservation = reservation_of({.cpu_units = 256, .memory_mib = 512}, {});
  TaskContainer container;
  container.name = "app";
  container.container_arn = cat("arn:aws:ecs:us-east-1:123456789012:container/default/", row.task_id, "/app");
  container.image = "nginx:1";
  container.last_status = ContainerStatus::running;
  row.containers.push_back(std::move(container));
  return row;
}

/// Bytes of the heap for one task: its row, its key and its entries in all indexes.
double bytes_per_row() {
  auto before = mallinfo2().uordblks + mallinfo2().hblkhd;
  Database database(stored_schema());
  SeededIds ids(1);
  for (int first = 0; first < row_count; first += 1000) {
    Work work = [first](Tx& tx) -> Status {
      for (int number = first; number < first + 1000; ++number) tx.put(make_row(number));
      return Done{};
    };
    CHECK(database.run(work, Instant::from_seconds(1000), ids).status, "rows of a benchmark can be stored");
  }
  return static_cast<double>(mallinfo2().uordblks + mallinfo2().hblkhd - before) / row_count;
}

void measure_placements() {
  struct Named {
    const char* name;
    Way way;
  };
  static constexpr Named ways[] = {{"fewest", Way::fewest},
                                   {"binpack", Way::binpack},
                                   {"spread_zones", Way::spread_zones},
                                   {"spread_nodes", Way::spread_nodes},
                                   {"random", Way::random}};
  std::vector<std::vector<double>> rates(std::size(ways));
  std::vector<double> floor;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < std::size(ways); ++i) rates[i].push_back(rate_of(ways[i].way));
    floor.push_back(floor_rate());
  }
  std::printf("\"placements\": {");
  for (std::size_t i = 0; i < std::size(ways); ++i) std::printf("\"%s\": %.0f, ", ways[i].name, median(rates[i]));
  std::printf("\"floor\": %.0f}, ", median(floor));
}

}  // namespace
}  // namespace roadstead

int main() {
  std::printf("{");
  roadstead::measure_placements();
  std::printf("\"bytes_per_task_row\": %.0f}\n", roadstead::bytes_per_row());
  return 0;
}
