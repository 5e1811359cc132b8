// A command that somebody is attached to, in a running container: its ends, its size, its end.
//
// One thread at a time. It is a handle: the destructor ends the command. What it does not do: carry bytes anywhere.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/runtime/port.h"
#include "base/result/result.h"
#include "io/fd.h"

namespace roadstead {

/// What to run, and how.
struct AttachedSpec {
  std::vector<std::string> args;
  std::vector<std::string> env = {};
  /// "uid:gid"; empty: the container's own.
  std::string user = "0:0";
  /// With a terminal, standard output and standard error are one.
  bool terminal = true;
  int columns = 80;
  int rows = 24;
};

class ExecProcess {
 public:
  /// Our ends, non-blocking. With a terminal only `output`, which is read and written.
  struct Ends {
    Fd input = {};
    Fd output = {};
    Fd error = {};
  };

  /// `child`: the process to wait for, a child of this one. `pid_file`: where the number of the command stands, if it is
  /// another one. `files`: removed at the end; the last of them is a log whose content says why a command did not run.
  ExecProcess(pid_t child, Ends ends, bool terminal, std::string pid_file = {}, std::vector<std::string> files = {});

  /// Kills the command if it still runs.
  ~ExecProcess();
  ExecProcess(const ExecProcess&) = delete;
  ExecProcess& operator=(const ExecProcess&) = delete;

  bool has_terminal() const { return terminal_; }

  /// Readable when there is output; -1 when the command closed it.
  int output() const { return ends_.output.get(); }
  int error() const { return ends_.error.get(); }
  /// Writable when the command takes input.
  int input() const { return terminal_ ? ends_.output.get() : ends_.input.get(); }
  /// Readable when the command has ended.
  int handle() const { return handle_.get(); }

  /// Reads what is there from one of the two ends. Empty: nothing now, or the end was closed, which then has become -1.
  std::string read_output();
  std::string read_error();

  /// Writes as much as it takes now; how much that was.
  std::size_t write(std::string_view bytes);

  /// Says that no more input comes. With a terminal, the character that means that.
  void close_input();

  void resize(int columns, int rows);

  /// Tells the command that its terminal is gone.
  void hang_up();

  /// How it ended, 128 + signal for a signal; nothing while it runs. May be called again.
  std::optional<int> exit_code();

  /// What kept the command from running; empty if nothing did. After the end.
  std::string complaint() const;

 private:
  std::string read_from(Fd& end);
  void signal(int number);

  pid_t child_;
  Ends ends_;
  bool terminal_;
  std::string pid_file_;
  std::vector<std::string> files_;
  Fd handle_;
  std::optional<int> exit_code_;
};

/// Opens commands in containers.
class ExecHost {
 public:
  virtual ~ExecHost() = default;

  /// Starts a command and returns when it is attached. Blocks for as long as crun takes, some ten milliseconds.
  /// Errors: NotRunning; ExecFailed when the command could not be started.
  virtual Result<std::unique_ptr<ExecProcess>> open_exec(const ContainerRef& container, const AttachedSpec& command) = 0;
};

}  // namespace roadstead
