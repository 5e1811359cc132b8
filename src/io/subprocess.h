// Runs another program and waits for it: arguments as a list (never a shell), optional input, bounded output, a deadline
// and a stop request. The program gets its own process group; on deadline or stop the whole group is killed. It also dies
// when this process does, so a crash leaves no half-finished copy running. Blocks its thread: any thread but the state's.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result/result.h"
#include "base/time/time.h"

namespace roadstead {

/// What to run. `argv` must not be empty.
struct Command {
  std::vector<std::string> argv;                              // argv[0] is looked up in PATH unless it has a slash
  std::optional<std::vector<std::string>> environment = {};   // "KEY=value"; none: ours
  std::string input = {};                                     // written to its standard input, which is then closed
  std::string directory = {};                                 // its working directory; empty: ours
  Duration timeout = Duration::zero();                        // zero: as long as it takes
  std::size_t max_output = std::size_t{1} << 20;              // kept of each stream; what follows is read and dropped
  std::stop_token stop = {};                                  // kills it when stop is requested
};

/// How a program ended.
struct CommandOutcome {
  int exit_code = 0;        // -1 when a signal ended it
  int signal = 0;           // 0 when it ended by itself
  bool timed_out = false;   // we killed it at its deadline
  bool stopped = false;     // we killed it because stop was requested
  bool truncated = false;   // it wrote more than max_output
  std::string out = {};
  std::string err = {};

  bool ok() const { return exit_code == 0 && signal == 0; }
};

/// Runs `command` to its end. An Error means that it never ran (NotFound: no such program); a program that fails,
/// times out or is stopped is a CommandOutcome.
Result<CommandOutcome> run(const Command& command);

/// As run(), but anything other than exit code 0 is an Error: code CommandFailed, CommandTimedOut or CommandStopped,
/// message "<program> …: <last line of its standard error>", detail the whole of it.
Result<std::string> run_ok(const Command& command);

/// The full path of `program` in PATH, or nothing.
std::optional<std::string> find_program(const std::string& program);

}  // namespace roadstead
