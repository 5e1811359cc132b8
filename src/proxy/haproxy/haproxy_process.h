// The HAProxy process: started detached, so that it outlives us; found again by its pid file; watched; ended.
//
//   roadstead ──fork, setsid──▶ haproxy -W (master) ──▶ worker, and old workers after reloads
//        ▲ killed, comes back: pid file, and the command line names our configuration → it is ours, go on
//
// Its messages go to <directory>/haproxy.log, since our own standard error may go away before it does.
// One thread; blocks. Does not know what is in the configuration.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result/result.h"
#include "io/fd.h"
#include "proxy/render/proxy_settings.h"

namespace roadstead {

class HaproxyProcess {
 public:
  explicit HaproxyProcess(const ProxySettings& settings) : settings_(settings) {}

  /// Takes over a HAProxy that runs with our configuration file. False when there is none.
  bool adopt();

  /// Starts one and returns at once; whether it comes up shows on its socket. It must not run already.
  Status start();

  /// Whether it runs. Cheap.
  bool alive();

  /// Ends it with its workers and waits for that. Not running is success.
  Status stop();

  pid_t pid() const { return pid_; }

  /// Readable once it ended; -1 when it does not run.
  int watch_fd() const { return watch_.get(); }

  /// The last lines it wrote, to tell why it did not start.
  std::string last_words() const;

 private:
  bool watch(pid_t pid);
  void forget();

  const ProxySettings& settings_;
  pid_t pid_ = -1;
  bool is_child_ = false;
  Fd watch_;
};

}  // namespace roadstead
