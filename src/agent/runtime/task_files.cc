#include "agent/runtime/task_files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/data/hash.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

std::vector<std::int64_t> numbers(std::string_view text) {
  std::vector<std::int64_t> found;
  for (auto word : split(trim(text), ' ')) {
    auto number = to_number<std::int64_t>(word);
    if (!number) return {};
    found.push_back(*number);
  }
  return found;
}

constexpr std::size_t longest_crun_id = 200;
constexpr std::size_t longest_root_file = 1 << 20;

}  // namespace

std::optional<RunningMark> parse_running_file(std::string_view text) {
  auto found = numbers(text);
  if (found.size() != 3) return std::nullopt;
  return RunningMark{{static_cast<int>(found[0]), static_cast<std::uint64_t>(found[1])}, Instant{found[2]}};
}

std::optional<ContainerExit> parse_exit_file(const ContainerRef& container, std::string_view text) {
  auto found = numbers(text);
  if (found.size() != 4) return std::nullopt;
  return ContainerExit{
      container, static_cast<int>(found[0]), static_cast<int>(found[1]), found[2] > 0, Instant{found[3]}
  };
}

std::optional<ProcessMark> parse_process_mark(std::string_view text) {
  auto found = numbers(text);
  if (found.size() != 2) return std::nullopt;
  return ProcessMark{static_cast<int>(found[0]), static_cast<std::uint64_t>(found[1])};
}

std::optional<std::uint64_t> parse_start_time(std::string_view stat) {
  auto end_of_name = stat.rfind(')');
  if (end_of_name == std::string_view::npos) return std::nullopt;
  auto fields = split(stat.substr(end_of_name + 1), ' ');
  constexpr std::size_t start_field = 20;  // field 22, counted from the blank behind field 2
  if (fields.size() <= start_field || fields[1] == "Z" || fields[1] == "X") return std::nullopt;
  return to_number<std::uint64_t>(fields[start_field]);
}

bool is_alive(const ProcessMark& process) {
  auto stat = read_file(cat("/proc/", process.pid, "/stat"));
  return stat && parse_start_time(*stat) == process.start_time;
}

bool is_plain_name(std::string_view name, std::size_t longest) {
  auto plain = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '_' || letter == '-';
  };
  return !name.empty() && name.size() <= longest && std::all_of(name.begin(), name.end(), plain);
}

std::string crun_id(const ContainerRef& container) {
  auto id = container_id(container);
  if (id.size() <= longest_crun_id) return id;
  return cat(id.substr(0, longest_crun_id - 33), '-', sha256_hex(id).substr(0, 32));
}

std::string read_in_root(const std::string& rootfs, const std::string& path) {
  Fd root(::open(rootfs.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return {};
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  Fd file(static_cast<int>(::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how)));
  std::string content;
  char piece[4096];
  for (ssize_t got = 1; file && got > 0;) {
    got = ::read(file.get(), piece, sizeof piece);
    if (got > 0) content.append(piece, static_cast<std::size_t>(got));
    if (content.size() > longest_root_file) return {};
  }
  return content;
}

std::string docker_words(std::string_view words, std::string_view program) {
  auto last = trim(words);
  if (auto newline = last.rfind('\n'); newline != std::string_view::npos) last = last.substr(newline + 1);
  auto has = [&](std::string_view piece) { return last.find(piece) != std::string_view::npos; };
  std::string why(last);
  if (has("executable file") && has("not found")) {
    why = program.find('/') == std::string_view::npos
              ? cat("exec: \"", program, "\": executable file not found in $PATH")
              : cat("exec: \"", program, "\": stat ", program, ": no such file or directory");
  } else if (has("open executable") && has("Permission denied")) {
    why = cat("exec: \"", program, "\": permission denied");
  } else if (has("exec") && has("Exec format error")) {
    why = cat("exec ", program, ": exec format error");
  }
  return cat(
      "failed to create task for container: OCI runtime create failed: unable to start container process: ", why,
      ": unknown"
  );
}

}  // namespace roadstead
