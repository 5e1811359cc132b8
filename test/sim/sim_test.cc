// The simulation over many seeds. ROADSTEAD_SIM_SEEDS says how many (10,000 unless it does), ROADSTEAD_SIM_SEED runs one.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "sim/sim_world.h"

namespace roadstead {
namespace {

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Runs a seed; the story of what went wrong, or nothing.
std::string run_seed(std::uint64_t seed) {
  SimWorld world(seed);
  auto broken = world.run();
  if (broken.empty()) return {};
  auto text = cat("seed ", seed, ": ", broken, "\nagain: ROADSTEAD_SIM_SEED=", seed,
                  " sim_test --gtest_filter=Simulation.KeepsItsRules\n");
  for (const auto& line : world.story()) text += cat("  ", line, "\n");
  return text;
}

TEST(Simulation, KeepsItsRules) {
  // Faults make controllers and agents complain, rightly.
  set_log_level(static_cast<LogLevel>(number_of("ROADSTEAD_SIM_LOG", static_cast<std::uint64_t>(LogLevel::error) + 1)));
  auto first = number_of("ROADSTEAD_SIM_SEED", 0);
  auto count = first > 0 ? 1 : number_of("ROADSTEAD_SIM_SEEDS", 10'000);
  std::atomic<std::uint64_t> next{std::max<std::uint64_t>(first, 1)};
  auto last = next.load() + count;
  std::atomic<int> failures{0};
  std::mutex printing;
  auto work = [&] {
    for (auto seed = next++; seed < last && failures < 5; seed = next++) {
      auto story = run_seed(seed);
      if (story.empty()) continue;
      ++failures;
      std::lock_guard lock(printing);
      ADD_FAILURE() << story;
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < std::max(1U, std::thread::hardware_concurrency()); ++i) threads.emplace_back(work);
  work();
}

TEST(Simulation, OneSeedGivesOneTrace) {
  set_log_level(static_cast<LogLevel>(static_cast<int>(LogLevel::error) + 1));
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SimWorld once(seed);
    SimWorld again(seed);
    once.run();
    again.run();
    ASSERT_EQ(once.trace(), again.trace()) << seed;
  }
}

}  // namespace
}  // namespace roadstead
