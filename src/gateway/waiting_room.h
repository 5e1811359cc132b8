// Where requests wait whose answer would say that there is nothing yet (services/waits.h), without holding a thread.
//
//   wait ─▶ in line, behind those that came before and wait for the same
//             │ first in line, and a change is of its key │ its own time has come │ the room closes
//             ▼                                           ▼                       ▼
//           taken out of the line and run again; who is not served waits in its old place
//   leave: who was served, or has given up, lets the next in line look: more may have come at once
//
// A wake-up is one request, not all that wait. Lives on the state thread; a thread of its own only tells it the time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <tuple>

#include "base/time/time.h"
#include "services/registry.h"
#include "store/feed/feed.h"
#include "store/transactor.h"

namespace roadstead {

class WaitingRoom {
 public:
  struct Deps {
    Transactor& transactor;
    const Clock& clock;
    std::span<const ServiceRegistration> services;
  };

  /// Runs a request again. Called once, on the state thread; must not block.
  using RunAgain = std::move_only_function<void()>;

  explicit WaitingRoom(Deps deps) : deps_(deps) {}
  ~WaitingRoom() { stop(); }
  WaitingRoom(const WaitingRoom&) = delete;
  WaitingRoom& operator=(const WaitingRoom&) = delete;

  /// Follows the rows from now on; with `background` a thread wakes those whose time has come. Not on the state thread.
  void start(bool background);

  /// Sends everybody away: they run once more, and nobody waits from then on. Ends the thread. To shut down: stop this, stop
  /// the transactor, and only then destroy this. Not on the state thread.
  void stop();

  /// A place in the line of those that came so far; lower is earlier. State thread, like what follows.
  std::uint64_t next_place() { return next_place_++; }

  /// Keeps a request until it is to run again, at `until` at the latest. False when nobody may wait any more.
  bool wait(const std::string& key, std::uint64_t place, Instant until, RunAgain run_again);

  /// Lets the next that waits for `key` look.
  void leave(const std::string& key) { wake_first(key); }

  /// When somebody's time comes; nothing when nobody waits.
  std::optional<Instant> next_wake() const;

  /// Wakes those whose time has come.
  void run_due(Instant now);

  bool is_closed() const { return closed_; }

 private:
  struct Waiting {
    Instant until;
    RunAgain run_again;
  };
  using Line = std::map<std::uint64_t, Waiting>;

  void look_at(const Batch& batch);
  void wake_first(const std::string& key);
  void wake(const std::string& key, std::uint64_t place);
  void tell_timer();
  void run();

  Deps deps_;
  Subscription subscription_;
  std::map<std::string, Line> lines_;
  std::set<std::tuple<Instant, std::string, std::uint64_t>> times_;
  std::uint64_t next_place_ = 0;
  bool closed_ = false;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<Instant> due_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace roadstead
