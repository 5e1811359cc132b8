// Follows the rows of Cloud Map and keeps a NameServer in step with them, on one thread of its own.
//
//   feed: a name changed ─▶ view is read on the state thread ─▶ names thread: tell
//                     every few seconds, every minute for turns ─▶
//
// Many changes at once become one view. Ending the actor leaves the name server running: containers go on asking it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "agent/names/port.h"
#include "base/observe/metrics.h"
#include "base/time/time.h"
#include "store/transactor.h"

namespace roadstead {

class NamesActor {
 public:
  struct Deps {
    NameServer& server;  // belongs to the actor's thread from start to stop
    Transactor& transactor;
    const Clock& clock;
    Metrics& metrics;
  };

  explicit NamesActor(Deps deps);

  /// stop().
  ~NamesActor();
  NamesActor(const NamesActor&) = delete;
  NamesActor& operator=(const NamesActor&) = delete;

  /// Tells the names that there are and, if that worked, starts the thread and the subscription. Once; not on the state
  /// thread. The Transactor must outlive the actor, or have been stopped. Errors: those of NameServer::tell; nothing runs then.
  Status start();

  /// Ends both and waits for it. May be called again.
  void stop();

 private:
  struct Shared;

  void run();
  Status tell_once();

  Deps deps_;
  std::shared_ptr<Shared> shared_;
  Counter& told_;
  Counter& errors_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace roadstead
