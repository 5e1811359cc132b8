#include "store/feed/feed.h"

#include <algorithm>
#include <utility>

#include "base/text/text.h"

namespace roadstead {

struct Subscription::Subscriber {
  std::uint64_t told = 0;
  Feed::Listener listener;
};

Subscription::Subscription(std::shared_ptr<Subscriber> subscriber) : alive_(std::move(subscriber)) {}

Result<std::vector<BatchPointer>> Feed::since(std::uint64_t after, std::size_t limit) const {
  std::vector<BatchPointer> batches;
  if (after >= newest_) return batches;
  auto wanted = newest_ - after;
  if (wanted > ring_.size()) {
    return Error{"FeedTooOld", cat("Changes after number ", after, " are no longer remembered. Read the rows anew.")};
  }
  auto first = ring_.end() - static_cast<std::ptrdiff_t>(wanted);
  for (; first != ring_.end() && batches.size() < limit; ++first) batches.push_back(*first);
  return batches;
}

Result<Subscription> Feed::subscribe(std::uint64_t after, Listener listener) {
  auto backlog = TRY(since(after, ring_.size()));
  auto subscriber = std::make_shared<Subscription::Subscriber>();
  subscriber->told = std::max(after, newest_);
  subscriber->listener = std::move(listener);
  subscribers_.push_back(subscriber);
  for (const auto& batch : backlog) subscriber->listener(batch);
  return Subscription(std::move(subscriber));
}

void Feed::publish(BatchPointer batch) {
  CHECK(batch->seq == newest_ + 1, "batches become durable in order");
  newest_ = batch->seq;
  ring_.push_back(batch);
  if (ring_.size() > keep_) ring_.pop_front();
  std::erase_if(subscribers_, [](const auto& subscriber) { return subscriber.expired(); });
  // By number, since a listener may subscribe; held, since a listener may end its own subscription.
  for (std::size_t number = 0; number < subscribers_.size(); ++number) {
    auto subscriber = subscribers_[number].lock();
    if (subscriber == nullptr || subscriber->told >= batch->seq) continue;
    subscriber->told = batch->seq;
    subscriber->listener(batch);
  }
}

}  // namespace roadstead
