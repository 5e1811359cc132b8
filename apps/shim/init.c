/* roadstead-shim init -- program arguments…: the first process of a container that asked for an init.
 * It passes signals on to the program, reaps orphans, and ends as the program ended. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shim.h"

static int as_exit_code(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

/* Reaps whatever ended; true when the program itself was among it. */
static bool reap(pid_t program, int* exit_code) {
  bool ended = false;
  int status;
  for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
    if (pid != program) continue;
    *exit_code = as_exit_code(status);
    ended = true;
  }
  return ended;
}

static void become_program(char** program, const sigset_t* before) {
  setpgid(0, 0);
  if (isatty(0)) {
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(0, getpid());
    signal(SIGTTOU, SIG_DFL);
  }
  sigprocmask(SIG_SETMASK, before, NULL);
  execvp(program[0], program);
  int problem = errno;
  struct text line = {0};
  text_add(&line, "exec: \"");
  text_add(&line, program[0]);
  text_add(&line, problem == ENOENT ? "\": executable file not found in $PATH\n" : "\": cannot be executed\n");
  if (write(2, line.bytes, line.used) < 0) _exit(126);
  _exit(problem == ENOENT ? 127 : 126);
}

int run_init(int argc, char** argv) {
  if (argc < 4 || strcmp(argv[2], "--") != 0) return 125;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t program = fork();
  if (program < 0) return 125;
  if (program == 0) become_program(argv + 3, &before);
  for (;;) {
    siginfo_t signal_info;
    int number = sigwaitinfo(&all, &signal_info);
    if (number < 0) continue;
    int exit_code = 0;
    if (number != SIGCHLD) {
      kill(program, number);
    } else if (reap(program, &exit_code)) {
      return exit_code;
    }
  }
}
