// Wakes Controllers at the times they ask for: one thread, which only waits and hands over to the state thread.
// The simulation has no such thing: it calls run_due itself.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/time/time.h"
#include "control/controllers.h"
#include "store/transactor.h"

namespace roadstead {

class ControllerTimer {
 public:
  /// Starts the thread. To be made before Controllers::start. To shut down: stop this, stop the transactor, and only
  /// then destroy this, the controllers and the transactor. The wall clock is looked at once every `look_again` at least, since it may be set forward.
  ControllerTimer(
      Controllers& controllers, Transactor& transactor, const Clock& clock,
      Duration look_again = std::chrono::seconds(1)
  );
  ~ControllerTimer() { stop(); }
  ControllerTimer(const ControllerTimer&) = delete;
  ControllerTimer& operator=(const ControllerTimer&) = delete;

  /// Ends and joins the thread. The controllers may still tell it of wake-ups, to no effect.
  void stop();

 private:
  void run();
  void wake(bool handed_over);

  Controllers& controllers_;
  Transactor& transactor_;
  const Clock& clock_;
  Duration look_again_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<Instant> due_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace roadstead
