// The program a user meets: one file for each sub-command, this table of contents, nothing else.
#include <cstdio>
#include <string_view>

#include "commands.h"

namespace roadstead {
namespace {

struct Command {
  std::string_view name;
  int (*run)(const Words&);
  std::string_view help;
};

constexpr Command commands[] = {
    {"serve", run_serve, "run the control plane, this machine's agent and the proxy"},
    {"env", run_env, "print the variables that point aws, SDKs and Terraform here: eval \"$(roadstead env)\""},
    {"status", run_status, "show clusters, services, deployments, tasks and URLs"},
    {"exec", run_exec, "run a command in a container of a running task"},
    {"doctor", run_doctor, "check every engine and kernel feature, and say how to mend what is missing"},
    {"image", run_image, "load, list and remove local images"},
    {"trust", run_trust, "print, or install, the certificate authority that signs the HTTPS URLs"},
    {"down", run_down, "stop everything this installation runs and remove every trace of it"},
};

int usage(std::FILE* out) {
  std::fprintf(out, "usage: roadstead COMMAND [OPTIONS]\n\n");
  for (const auto& command : commands) {
    std::fprintf(out, "  %-8s %s\n", command.name.data(), command.help.data());
  }
  std::fprintf(out, "\n`roadstead COMMAND --help` lists the options of a command.\n");
  return out == stdout ? 0 : 2;
}

int run(int count, char** values) {
  Words words(values + 1, values + count);
  if (words.empty()) return usage(stderr);
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") return usage(stdout);
  for (const auto& command : commands) {
    if (command.name == words[0]) return command.run(Words(words.begin() + 1, words.end()));
  }
  std::fprintf(stderr, "roadstead: unknown command '%s'\n\n", words[0].c_str());
  return usage(stderr);
}

}  // namespace
}  // namespace roadstead

int main(int count, char** values) { return roadstead::run(count, values); }
