// An agent for the host tests, made to be killed: starts the containers that its arguments name, says so, and waits.
//   test_agent <directory of tasks> <cgroup prefix> <root file system> (<name> <guest argument> <guest argument>)…
#include <unistd.h>

#include <cstdio>

#include "agent/runtime/crun_runtime.h"

int main(int argc, char** argv) {
  using namespace roadstead;
  RuntimeSettings settings{argv[1], ROADSTEAD_SHIM};
  settings.cgroup_prefix = argv[2];
  auto runtime = CrunRuntime::open(settings);
  if (!runtime || !(*runtime)->start_task({"t1"})) return 1;
  for (int at = 4; at + 2 < argc; at += 3) {
    if (!(*runtime)->start({"t1", argv[at], argv[3], {"guest", argv[at + 1], argv[at + 2]}})) return 1;
  }
  std::puts("started");
  std::fflush(stdout);
  ::pause();
  return 0;
}
