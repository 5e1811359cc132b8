// The change feed: tells subscribers of every durable batch, in order, and remembers the last ones.
//
// Controllers, node links and the proxy follow it. A subscriber that comes from behind gives the sequence it knows and
// gets what follows, or learns that this is too old and that it must read its rows anew.
// Lives on the state thread: subscribe, unsubscribe and read there only. Does not wait and has no queue.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "base/result/result.h"
#include "store/tx/batch.h"

namespace roadstead {

class Feed;

/// Ends its subscription when it goes. Belongs to the state thread; may outlive the Feed.
class Subscription {
 public:
  Subscription() = default;
  Subscription(Subscription&&) noexcept = default;
  Subscription& operator=(Subscription&&) noexcept = default;

 private:
  friend class Feed;
  struct Subscriber;
  explicit Subscription(std::shared_ptr<Subscriber> subscriber);

  std::shared_ptr<void> alive_;
};

class Feed {
 public:
  using Listener = std::function<void(const BatchPointer&)>;

  /// Remembers the last `keep` batches.
  explicit Feed(std::size_t keep = 4096) : keep_(keep) {}

  /// Says which batch was the newest before this process began. Once, before anything else.
  void start_after(std::uint64_t seq) { newest_ = seq; }

  /// Calls `listener` for each batch after `after`: at once for those remembered, then as they become durable.
  /// It may subscribe and unsubscribe, itself too. Errors: FeedTooOld, when batches after `after` are forgotten: read
  /// the rows, then subscribe from the sequence they were read at.
  Result<Subscription> subscribe(std::uint64_t after, Listener listener);

  /// At most `limit` batches after `after`, none when there is nothing new. Errors: FeedTooOld.
  Result<std::vector<BatchPointer>> since(std::uint64_t after, std::size_t limit) const;

  /// Tells everyone of a durable batch. Batches come in order, without gaps.
  void publish(BatchPointer batch);

  /// The newest durable sequence number.
  std::uint64_t newest() const { return newest_; }

 private:
  std::size_t keep_;
  std::uint64_t newest_ = 0;
  std::deque<BatchPointer> ring_;  // ends with newest_
  std::vector<std::weak_ptr<Subscription::Subscriber>> subscribers_;
};

}  // namespace roadstead
