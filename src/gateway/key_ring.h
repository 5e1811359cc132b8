// The access keys as the network threads see them: a copy of the AccessKeyRows that follows the change feed, since rows
// themselves belong to the state thread. A new key is here before the request that made it is answered.
// `find` and `size`: any thread. `follow` once, at start.
#pragma once

#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "aws/sign/access_key.h"
#include "store/transactor.h"

namespace roadstead {

struct AccessKeyRow;

class KeyRing {
 public:
  KeyRing() = default;
  KeyRing(const KeyRing&) = delete;
  KeyRing& operator=(const KeyRing&) = delete;

  /// Reads the keys there are, then follows the feed. `ready` is called on the state thread with the outcome of the
  /// first reading. The ring must live until the transactor has stopped.
  void follow(Transactor& transactor, std::function<void(Status)> ready);

  /// The active key of that id, or null.
  std::shared_ptr<const AccessKey> find(std::string_view id) const;

  std::size_t size() const;

 private:
  struct TextHash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  void set(const AccessKeyRow& row);
  void remove(std::string_view id);

  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const AccessKey>, TextHash, std::equal_to<>> keys_;
  Subscription subscription_;
};

}  // namespace roadstead
