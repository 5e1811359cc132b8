#include "agent/node/start_queue.h"

#include <gtest/gtest.h>

#include <future>
#include <latch>

namespace roadstead {
namespace {

TEST(StartQueue, GoesRoundByShare) {
  std::vector<std::string> order;
  std::promise<void> begin;
  std::latch done(6);
  StartQueue queue("test", 1);
  std::promise<void> running;
  queue.submit("first", [&] {
    running.set_value();
    begin.get_future().wait();
  });
  running.get_future().wait();
  auto job = [&](std::string name) {
    return [&order, &done, name = std::move(name)] {
      order.push_back(name);
      done.count_down();
    };
  };
  for (const char* name : {"a1", "a2", "a3", "a4"}) queue.submit("a", job(name));
  for (const char* name : {"b1", "b2"}) queue.submit("b", job(name));
  EXPECT_EQ(queue.waiting(), 6U);
  begin.set_value();
  done.wait();
  EXPECT_EQ(order, (std::vector<std::string>{"a1", "b1", "a2", "b2", "a3", "a4"}));
}

TEST(StartQueue, RunsAsManyAsItHasSlots) {
  StartQueue queue("test", 3);
  std::latch together(3);
  std::latch done(3);
  for (int at = 0; at < 3; ++at) {
    queue.submit("a", [&] {
      together.arrive_and_wait();
      done.count_down();
    });
  }
  done.wait();
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST(StartQueue, FinishesWhatRunsWhenItEnds) {
  bool finished = false;
  std::promise<void> running;
  auto queue = std::make_unique<StartQueue>("test", 1);
  queue->submit("a", [&] {
    running.set_value();
    finished = true;
  });
  running.get_future().wait();
  queue.reset();
  EXPECT_TRUE(finished);
}

}  // namespace
}  // namespace roadstead
