#include <malloc.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "commands.h"
#include "server.h"

namespace roadstead {

namespace {

/// Blocks the signals that end the server, in this thread and all it makes, so that they can be waited for.
sigset_t block_ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return signals;
}

/// Every thread's first allocation may take an arena of its own; for threads that mostly wait, a few are enough.
void share_arenas() {
  constexpr int arenas = 2;
  ::mallopt(M_ARENA_MAX, arenas);
}

int refuse(const Error& error) {
  std::fprintf(stderr, "roadstead: %s\n", error.message.c_str());
  return exit_code_of(error);
}

}  // namespace

int run_serve(const Words& words) {
  auto arguments = Arguments::parse(words, serve_options());
  if (!arguments) return refuse(arguments.error());
  if (arguments->has("help")) {
    std::printf("usage: roadstead serve [OPTIONS]\n\n%s", help_of(serve_options()).c_str());
    return 0;
  }
  auto settings = serve_settings_of(*arguments);
  if (!settings) return refuse(settings.error());
  share_arenas();
  auto signals = block_ending_signals();
  auto self = ::getpid();
  auto server = Server::start(*settings);
  if (!server) return refuse(server.error());
  (*server)->on_stop_request([self] { ::kill(self, SIGTERM); });
  log_info("ready", {{"endpoint", (*server)->endpoint()}, {"state", settings->state_directory}});
  int signal_number = 0;
  ::sigwait(&signals, &signal_number);
  log_info("stopping", {{"signal", ::strsignal(signal_number)}});
  return 0;
}

}  // namespace roadstead
