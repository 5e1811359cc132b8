#include "store/feed/feed.h"

#include <gtest/gtest.h>

#include <optional>

namespace roadstead {
namespace {

void publish(Feed& feed, std::uint64_t up_to) {
  while (feed.newest() < up_to) feed.publish(std::make_shared<const Batch>(Batch{feed.newest() + 1}));
}

Feed::Listener note_in(std::vector<std::uint64_t>& seen) {
  return [&seen](const BatchPointer& batch) { seen.push_back(batch->seq); };
}

TEST(Feed, TellsWhatIsRememberedAndThenWhatComes) {
  Feed feed(4);
  publish(feed, 6);
  std::vector<std::uint64_t> seen;
  auto subscription = feed.subscribe(3, note_in(seen));
  ASSERT_TRUE(subscription);
  publish(feed, 8);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{4, 5, 6, 7, 8}));
}

TEST(Feed, SaysWhenASubscriberIsTooOld) {
  Feed feed(4);
  publish(feed, 6);
  EXPECT_EQ(feed.subscribe(1, [](const BatchPointer&) {}).error().code, "FeedTooOld");
  EXPECT_EQ(feed.since(1, 9).error().code, "FeedTooOld");
  EXPECT_EQ(feed.since(2, 9).value().size(), 4U);
  EXPECT_EQ(feed.since(2, 3).value().back()->seq, 5U);
  EXPECT_TRUE(feed.since(6, 9).value().empty());
}

TEST(Feed, AfterARestartTheFormerChangesAreTooOld) {
  Feed feed;
  feed.start_after(100);
  EXPECT_EQ(feed.since(99, 9).error().code, "FeedTooOld");
  std::vector<std::uint64_t> seen;
  auto subscription = feed.subscribe(100, note_in(seen));
  publish(feed, 101);
  EXPECT_EQ(seen, std::vector<std::uint64_t>{101});
}

TEST(Feed, EndsWithTheSubscription) {
  Feed feed;
  std::vector<std::uint64_t> seen;
  {
    auto subscription = feed.subscribe(0, note_in(seen));
    publish(feed, 1);
  }
  publish(feed, 2);
  EXPECT_EQ(seen, std::vector<std::uint64_t>{1});
}

TEST(Feed, AListenerMaySubscribeAndEndItself) {
  Feed feed;
  std::vector<std::uint64_t> inner_seen;
  std::optional<Subscription> outer;
  std::optional<Subscription> inner;
  outer = feed.subscribe(0, [&](const BatchPointer& batch) {
    inner = feed.subscribe(batch->seq - 1, note_in(inner_seen)).value();
    outer.reset();
  }).value();
  publish(feed, 3);
  EXPECT_EQ(inner_seen, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_FALSE(outer);
}

}  // namespace
}  // namespace roadstead
