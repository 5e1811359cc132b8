// Who tells names to the containers of this machine, as the agent sees it.
//
// A port: UnboundServer is a process of unbound, which outlives us; FakeNameServer remembers what it was told. Calls block for
// milliseconds, a start for up to a few seconds; one thread at a time.
#pragma once

#include <string>

#include "base/result/result.h"

namespace roadstead {

class NameServer {
 public:
  virtual ~NameServer() = default;

  /// Makes these names (render_zone) the ones that are told, and mends whatever is wrong with it: level-triggered, to be called
  /// again and again. Nobody asks meanwhile in vain, unless it had to be started anew.
  /// Errors: NamesUnavailable (it cannot be started; says why), those of io/.
  virtual Status tell(const std::string& zone) = 0;

  /// Ends it. Not running is success.
  virtual Status shutdown() = 0;
};

}  // namespace roadstead
