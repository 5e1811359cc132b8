#include "logstore/event_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace roadstead {
namespace {

FoundEvent event(std::int64_t at, std::size_t size = 1, std::uint32_t stream = 0, std::uint64_t number = 0) {
  return {.key = {at, stream, number}, .message = std::string(size, 'x')};
}

std::vector<std::int64_t> times(EventWindow& window) {
  std::vector<std::int64_t> out;
  for (const auto& [key, found] : window.events()) out.push_back(key.timestamp);
  return out;
}

TEST(EventWindow, KeepsTheFirstEventsInWhateverOrderTheyCome) {
  EventWindow window({.events = 3});
  for (auto at : {5, 1, 9, 3, 7}) window.add(event(at));
  EXPECT_EQ(times(window), (std::vector<std::int64_t>{1, 3, 5}));
  EXPECT_EQ(window.barrier(), (EventKey{7, 0, 0}));
  EXPECT_FALSE(window.wants({7, 0, 0}));
  EXPECT_TRUE(window.wants({6, 0, 0}));
}

TEST(EventWindow, KeepsTheLastOnesBackwards) {
  EventWindow window({.events = 2, .backwards = true});
  for (auto at : {5, 1, 9, 3, 7}) window.add(event(at));
  EXPECT_EQ(times(window), (std::vector<std::int64_t>{7, 9}));
  // Before it the next window ends: 5 is still in that one.
  EXPECT_EQ(window.barrier(), (EventKey{5, 0, 1}));
}

TEST(EventWindow, CountsBytesButKeepsOneEvent) {
  EventWindow window({.bytes = 100});
  window.add(event(1, 500));
  EXPECT_EQ(times(window), std::vector<std::int64_t>{1});
  window.add(event(2, 1));
  EXPECT_EQ(times(window), std::vector<std::int64_t>{1});
  EXPECT_EQ(window.barrier(), (EventKey{2, 0, 0}));
}

TEST(EventWindow, HasNoBarrierWhenEverythingFits) {
  EventWindow window({.events = 2});
  window.add(event(1));
  window.add(event(2));
  EXPECT_FALSE(window.barrier());
}

TEST(EventWindow, CutsBothWays) {
  EventWindow forwards({});
  for (auto at : {1, 2, 3}) forwards.add(event(at));
  forwards.cut({3, 0, 0});
  EXPECT_EQ(times(forwards), (std::vector<std::int64_t>{1, 2}));
  EventWindow backwards({.backwards = true});
  for (auto at : {1, 2, 3}) backwards.add(event(at));
  backwards.cut({2, 0, 0});
  EXPECT_EQ(times(backwards), (std::vector<std::int64_t>{2, 3}));
}

/// Pages of any order of arrival, put together, are all events in order.
TEST(EventWindow, PagesAreWholeInAnyOrder) {
  std::mt19937 random(7);
  for (bool backwards : {false, true}) {
    std::vector<FoundEvent> all;
    for (std::uint64_t i = 0; i < 200; ++i) {
      all.push_back(event(static_cast<std::int64_t>(random() % 50), random() % 40, static_cast<std::uint32_t>(random() % 3), i));
    }
    std::vector<EventKey> seen;
    std::optional<EventKey> bound;
    for (int page = 0; page < 200; ++page) {
      EventWindow window({.events = 7, .bytes = 300, .backwards = backwards});
      std::ranges::shuffle(all, random);
      for (const auto& one : all) {
        bool in = !bound || (backwards ? one.key < *bound : one.key >= *bound);
        if (in) window.add(one);
      }
      std::vector<EventKey> keys;
      for (const auto& [key, found] : window.events()) keys.push_back(key);
      if (backwards) std::ranges::reverse(keys);
      seen.insert(seen.end(), keys.begin(), keys.end());
      bound = window.barrier();
      if (!bound) break;
    }
    std::vector<EventKey> wanted;
    for (const auto& one : all) wanted.push_back(one.key);
    std::ranges::sort(wanted);
    if (backwards) std::ranges::reverse(wanted);
    EXPECT_EQ(seen, wanted);
  }
}

}  // namespace
}  // namespace roadstead
