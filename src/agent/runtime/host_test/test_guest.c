/* What runs inside the containers of the host tests: a static program whose first argument says what to do. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ignore_sigterm(void) {
  signal(SIGTERM, SIG_IGN);
  printf("ready\n");
  while (pause() < 0) {
  }
  return 0;
}

/* Prints each SIGUSR1 as a line; ends with `code` at SIGTERM. */
static int obey_signals(int code) {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGUSR1);
  sigaddset(&wanted, SIGTERM);
  sigprocmask(SIG_BLOCK, &wanted, NULL);
  printf("ready\n");
  for (int count = 1;; ++count) {
    int number = 0;
    sigwait(&wanted, &number);
    if (number == SIGTERM) return code;
    printf("usr1 %d\n", count);
  }
}

static int show(const char* path) {
  char bytes[8192];
  int fd = open(path, O_RDONLY);
  if (fd < 0) {
    printf("%s: %s\n", path, strerror(errno));
    return 1;
  }
  for (ssize_t got = read(fd, bytes, sizeof bytes); got > 0; got = read(fd, bytes, sizeof bytes)) {
    fwrite(bytes, 1, (size_t)got, stdout);
  }
  close(fd);
  return 0;
}

static int try_write(const char* path) {
  int fd = open(path, O_WRONLY | O_CREAT, 0600);
  printf("%s\n", fd >= 0 ? "written" : strerror(errno));
  return fd >= 0 ? 0 : 1;
}

static int eat(size_t mebibytes) {
  for (size_t count = 0; count < mebibytes; ++count) {
    volatile char* piece = malloc(1 << 20);
    if (piece == NULL) return 1;
    for (size_t page = 0; page < 1 << 20; page += 4096) piece[page] = 1;
  }
  return 0;
}

/* Leaves an orphan that ends at once; it must be reaped by the first process. Then says whether it still is a zombie.
 */
static int leave_orphan(void) {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  if (fork() == 0) {
    pid_t orphan = fork();
    if (orphan == 0) pause();
    if (write(ends[1], &orphan, sizeof orphan) < 0) _exit(1);
    _exit(0);
  }
  pid_t orphan = 0;
  if (read(ends[0], &orphan, sizeof orphan) < 0) return 1;
  wait(NULL);
  kill(orphan, SIGKILL);
  for (int turn = 0; turn < 2000 && kill(orphan, 0) == 0; ++turn) {
    struct timespec pause_time = {0, 1000000};
    nanosleep(&pause_time, NULL);
  }
  printf("%s\n", kill(orphan, 0) == 0 ? "left" : "reaped");
  return 0;
}

int main(int argc, char** argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const char* verb = argc > 1 ? argv[1] : "";
  const char* what = argc > 2 ? argv[2] : "0";
  if (strcmp(verb, "exit") == 0) return atoi(what);
  if (strcmp(verb, "signals") == 0) return obey_signals(atoi(what));
  if (strcmp(verb, "ignore") == 0) return ignore_sigterm();
  if (strcmp(verb, "eat") == 0) return eat((size_t)atoi(what));
  if (strcmp(verb, "write") == 0) return try_write(what);
  if (strcmp(verb, "orphan") == 0) return leave_orphan();
  if (strcmp(verb, "burn") == 0) {
    for (volatile unsigned long turn = 0;; ++turn) {
    }
  }
  if (strcmp(verb, "env") == 0) {
    printf("%s\n", getenv(what) == NULL ? "(none)" : getenv(what));
    return 0;
  }
  if (strcmp(verb, "cwd") == 0) {
    char path[4096];
    printf("%s\n", getcwd(path, sizeof path));
    return 0;
  }
  if (strcmp(verb, "say") == 0) {
    printf("%s\n", what);
    fprintf(stderr, "error: %s\n", what);
    return 0;
  }
  if (strcmp(verb, "lines") == 0) {
    setvbuf(stdout, NULL, _IOFBF, 65536);
    for (int number = 0; number < atoi(what); ++number) printf("line %d\n", number);
    return 0;
  }
  if (strcmp(verb, "clock") == 0) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    printf("%lld\n", (long long)now.tv_sec * 1000000000 + now.tv_nsec);
    return 0;
  }
  if (strcmp(verb, "show") == 0) {
    int failed = 0;
    for (int at = 2; at < argc; ++at) failed += show(argv[at]);
    return failed;
  }
  pause();
  return 0;
}
