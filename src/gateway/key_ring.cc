#include "gateway/key_ring.h"

#include <mutex>

#include "rows/rows.gen.h"

namespace roadstead {

void KeyRing::follow(Transactor& transactor, std::function<void(Status)> ready) {
  auto seen = std::make_shared<std::uint64_t>(0);
  auto read = [this, seen](Tx& tx) -> Status {
    *seen = tx.seq();
    tx.for_each<AccessKeyRow>([this](const AccessKeyRow& row) { set(row); });
    return Done{};
  };
  auto subscribe = [this, seen, &transactor, ready = std::move(ready)](Status status) {
    if (!status) return ready(std::move(status));
    auto subscription = transactor.feed().subscribe(*seen, [this](const BatchPointer& batch) {
      for (const auto& change : batch->changes) {
        if (!change.is<AccessKeyRow>()) continue;
        if (auto row = change.after_as<AccessKeyRow>())
          set(*row);
        else
          remove(change.key);
      }
    });
    if (!subscription) return ready(subscription.error());
    subscription_ = std::move(subscription).value();
    ready(Done{});
  };
  transactor.submit(std::move(read), std::move(subscribe));
}

std::shared_ptr<const AccessKey> KeyRing::find(std::string_view id) const {
  std::shared_lock lock(mutex_);
  auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : found->second;
}

std::size_t KeyRing::size() const {
  std::shared_lock lock(mutex_);
  return keys_.size();
}

void KeyRing::set(const AccessKeyRow& row) {
  if (!row.active) return remove(row.access_key_id);
  auto key = std::make_shared<const AccessKey>(AccessKey{
      .id = row.access_key_id,
      .secret = row.secret_access_key,
      .session_token = row.session_token.value_or(""),
      .expires = row.expires_at,
      .account = row.account_id,
      .principal = row.principal_arn,
  });
  std::unique_lock lock(mutex_);
  keys_[row.access_key_id] = std::move(key);
}

void KeyRing::remove(std::string_view id) {
  std::unique_lock lock(mutex_);
  auto found = keys_.find(id);
  if (found != keys_.end()) keys_.erase(found);
}

}  // namespace roadstead
