// The sizes of Fargate and what its definitions may not have. Source: reference/ecs-core.md §2.5.
#include <algorithm>
#include <array>

#include "base/text/text.h"
#include "services/ecs/lookup.h"
#include "services/ecs/task_definitions/definition_rules.h"

namespace roadstead::ecs {

namespace {

/// Memory sizes from `lowest` to `highest` in steps of `step`, in MiB.
struct FargateSize {
  int cpu;
  int lowest;
  int highest;
  int step;
};

constexpr std::array<FargateSize, 9> sizes{{
    {256, 512, 1024, 512},
    {256, 2048, 2048, 1024},
    {512, 1024, 4096, 1024},
    {1024, 2048, 8192, 1024},
    {2048, 4096, 16384, 1024},
    {4096, 8192, 30720, 1024},
    {8192, 16384, 61440, 4096},
    {16384, 32768, 122880, 8192},
    {32768, 61440, 122880, 61440},
}};

bool fits(const FargateSize& size, int memory) {
  return memory >= size.lowest && memory <= size.highest && (memory - size.lowest) % size.step == 0;
}

}  // namespace

Status check_fargate_size(int cpu_units, int memory_mib) {
  std::string allowed;
  for (const auto& size : sizes) {
    if (size.cpu != cpu_units) continue;
    if (fits(size, memory_mib)) return Done{};
    if (!allowed.empty()) allowed += ", ";
    allowed += size.lowest == size.highest ? cat(size.lowest) : cat(size.lowest, " to ", size.highest, " in steps of ", size.step);
  }
  auto advice = allowed.empty() ? std::string(" CPU must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 and 32768 units.")
                                : cat(" With ", cpu_units, " CPU units the memory may be ", allowed, " MiB.");
  return client_error(cat("No Fargate configuration exists for given values: ", cpu_units, " CPU, ", memory_mib,
                          " memory. See the Amazon ECS documentation for the valid values.", advice));
}

}  // namespace roadstead::ecs
