/* roadstead-shim serve --directory <absolute path of the task's directory> [--hierarchies a:b:…] [--cgroup
 * <cgroup.procs>]…
 *
 *   container:  (unknown) --start--> launching --crun ended well--> running --process ended--> ended --start-->
 * launching
 *                                        \--crun failed--> (unknown)                             \--forget--> (unknown)
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container.h"

static struct container* containers[max_containers];
static int clients[max_clients];
static bool subscribed[max_clients];
static int settling[max_clients]; /* clients that wait for the end of all launches: 1 */
static const char* task_directory;
static struct cgroup_view view;
static int signals;
static pid_t holder; /* of the namespaces that the containers share; 0: none */

static void close_client(int at) {
  close(clients[at]);
  clients[at] = -1;
  subscribed[at] = false;
  settling[at] = 0;
}

/* Sends a message of `count` texts. A client that does not read is cut off rather than waited for. */
static void say(int client, const char* const* texts, int count) {
  char message[SHIM_MESSAGE_MAX];
  size_t used = 0;
  for (int at = 0; at < count; ++at) {
    size_t size = strlen(texts[at]) + 1;
    if (used + size > sizeof message) return;
    memcpy(message + used, texts[at], size);
    used += size;
  }
  ssize_t sent = send(clients[client], message, used, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent != (ssize_t)used) close_client(client);
}

static void answer(int client, const char* verdict, const char* reason) {
  const char* texts[2] = {verdict, reason};
  if (client >= 0 && clients[client] >= 0) say(client, texts, reason == NULL ? 1 : 2);
}

static struct container* find(const char* name) {
  for (int at = 0; at < max_containers; ++at) {
    if (containers[at] != NULL && strcmp(containers[at]->name, name) == 0) return containers[at];
  }
  return NULL;
}

static void drop(struct container* container) {
  for (int at = 0; at < max_containers; ++at) {
    if (containers[at] == container) containers[at] = NULL;
  }
  container_free(container);
}

static bool any_in(enum container_state state) {
  for (int at = 0; at < max_containers; ++at) {
    if (containers[at] != NULL && containers[at]->state == state) return true;
  }
  return false;
}

static void answer_settled(void) {
  if (any_in(launching)) return;
  for (int at = 0; at < max_clients; ++at) {
    if (settling[at] == 0) continue;
    settling[at] = 0;
    answer(at, "ok", NULL);
  }
}

static struct container* find_or_make(char* const* arguments) {
  struct container* container = find(arguments[1]);
  if (container != NULL) return container;
  for (int at = 0; at < max_containers; ++at) {
    if (containers[at] != NULL) continue;
    containers[at] = container_make(arguments[1], parse_number(arguments[4]), (int)parse_number(arguments[5]), arguments[6]);
    return containers[at];
  }
  return NULL;
}

/* start <name> <crun id> <oom file> <segment bytes> <segments> <flags> */
static void begin_start(int client, char* const* arguments) {
  struct container* container = find_or_make(arguments);
  if (container == NULL) {
    answer(client, "failed", "too many containers in one task");
    return;
  }
  if (container->state == launching || container->state == running) {
    answer(client, "failed", "the container runs already");
    return;
  }
  container->client = client;
  if (!container_launch(container, task_directory, arguments, &view)) {
    complain("launching");
    answer(client, "failed", "the launch of crun failed");
    drop(container);
  }
}

static void finish_start(struct container* container, int status) {
  int client = container->client;
  container->client = -1;
  struct text values[3] = {0};
  if (container_launched(container, status)) {
    text_add_number(&values[0], container->pid);
    text_add_number(&values[1], container->process_start);
    text_add_number(&values[2], container->started_micros);
    const char* texts[4] = {"ok", values[0].bytes, values[1].bytes, values[2].bytes};
    if (client >= 0) say(client, texts, 4);
  } else {
    char words[path_size];
    container_launch_error(container, words, sizeof words);
    answer(client, "failed", words);
    if (!container->ran_before) drop(container);
  }
  answer_settled();
}

static void finish_run(struct container* container, int status) {
  container_ended(container, status);
  struct text values[4] = {0};
  text_add_number(&values[0], container->exit_code);
  text_add_number(&values[1], container->exit_signal);
  text_add_number(&values[2], container->oom_kills);
  text_add_number(&values[3], container->ended_micros);
  const char* texts[6] = {"exit", container->name, values[0].bytes, values[1].bytes, values[2].bytes, values[3].bytes};
  for (int at = 0; at < max_clients; ++at) {
    if (subscribed[at]) say(at, texts, 6);
  }
}

static struct container* container_of(pid_t pid) {
  for (int at = 0; at < max_containers; ++at) {
    struct container* container = containers[at];
    if (container == NULL) continue;
    if (container->state == running && container->pid == pid) return container;
    if (container->state == launching && container->crun == pid) return container;
  }
  return NULL;
}

/* A container may end before its crun does. It is then a stranger until crun has been seen, so strangers stay zombies
 * while a launch is under way. */
static void reap(void) {
  for (int at = 0; at < max_containers; ++at) {
    struct container* container = containers[at];
    int status;
    if (container != NULL && container->state == launching && waitpid(container->crun, &status, WNOHANG) > 0) {
      finish_start(container, status);
    }
  }
  for (;;) {
    siginfo_t child = {0};
    if (waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) != 0 || child.si_pid == 0) return;
    struct container* container = container_of(child.si_pid);
    if (container == NULL && any_in(launching)) return;
    int status;
    if (waitpid(child.si_pid, &status, 0) < 0) return;
    if (child.si_pid == holder) holder = 0;
    if (container == NULL) continue;
    if (container->state == launching) {
      finish_start(container, status);
    } else {
      finish_run(container, status);
    }
  }
}

static void send_signal(int client, const char* name, const char* number) {
  struct container* container = find(name);
  bool sent = container != NULL && container->state == running && kill(container->pid, (int)parse_number(number)) == 0;
  answer(client, sent ? "ok" : "failed", sent ? NULL : "gone");
}

static void forget(int client, const char* name) {
  struct container* container = find(name);
  if (container != NULL && container->state != ended) {
    answer(client, "failed", "running");
    return;
  }
  if (container != NULL) drop(container);
  answer(client, "ok", NULL);
}

static void begin_hold(int client, const char* shared, const char* network) {
  if (holder <= 0) holder = start_holder(shared, network);
  if (holder <= 0) {
    complain("holding namespaces");
    answer(client, "failed", "the namespaces that the containers share cannot be made");
    return;
  }
  struct text values[2] = {0};
  text_add_number(&values[0], holder);
  text_add_number(&values[1], start_time_of(holder));
  const char* texts[3] = {"ok", values[0].bytes, values[1].bytes};
  say(client, texts, 3);
}

static void quit(int client) {
  if (any_in(running) || any_in(launching)) {
    answer(client, "failed", "running");
    return;
  }
  if (holder > 0 && kill(holder, SIGKILL) == 0) waitpid(holder, NULL, 0);
  answer(client, "ok", NULL);
  _exit(0);
}

static void obey(int client, char** arguments, int count) {
  const char* verb = arguments[0];
  if (strcmp(verb, "start") == 0 && count == 7) {
    begin_start(client, arguments);
  } else if (strcmp(verb, "signal") == 0 && count == 3) {
    send_signal(client, arguments[1], arguments[2]);
  } else if (strcmp(verb, "forget") == 0 && count == 2) {
    forget(client, arguments[1]);
  } else if (strcmp(verb, "hold") == 0 && count == 3) {
    begin_hold(client, arguments[1], arguments[2]);
  } else if (strcmp(verb, "settle") == 0) {
    settling[client] = 1;
    answer_settled();
  } else if (strcmp(verb, "subscribe") == 0) {
    subscribed[client] = true;
  } else if (strcmp(verb, "quit") == 0) {
    quit(client);
  } else {
    answer(client, "failed", "unknown request");
  }
}

static void hear(int client) {
  static char message[SHIM_MESSAGE_MAX];
  ssize_t got = recv(clients[client], message, sizeof message - 1, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    for (int at = 0; at < max_containers; ++at) {
      if (containers[at] != NULL && containers[at]->client == client) containers[at]->client = -1;
    }
    close_client(client);
    return;
  }
  message[got] = 0;
  char* arguments[8];
  int count = 0;
  for (char* at = message; at < message + got && count < 8; at += strlen(at) + 1) arguments[count++] = at;
  obey(client, arguments, count);
}

static void accept_client(void) {
  int fd = accept4(SHIM_LISTEN_FD, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  for (int at = 0; at < max_clients; ++at) {
    if (clients[at] >= 0) continue;
    clients[at] = fd;
    return;
  }
  close(fd);
}

static void drain_signals(void) {
  struct signalfd_siginfo arrived;
  while (read(signals, &arrived, sizeof arrived) > 0) {
  }
  reap();
}

struct watch {
  struct pollfd polled[3 + max_clients + 2 * max_containers];
  struct container* owner[3 + max_clients + 2 * max_containers];
  int which[3 + max_clients + 2 * max_containers];
  nfds_t count;
};

static void watch_fd(struct watch* watch, int fd, struct container* owner, int which) {
  watch->polled[watch->count] = (struct pollfd){fd, POLLIN, 0};
  watch->owner[watch->count] = owner;
  watch->which[watch->count] = which;
  watch->count += 1;
}

/* One turn: output first, so that an exit finds it read. Owners stay valid until the signals, which come last. */
static void turn(void) {
  static struct watch watch;
  watch.count = 0;
  for (int at = 0; at < max_containers; ++at) {
    for (int stream = 0; containers[at] != NULL && stream < 2; ++stream) {
      if (container_takes_output(containers[at], stream)) watch_fd(&watch, containers[at]->output[stream], containers[at], stream);
    }
  }
  nfds_t first_client = watch.count;
  for (int at = 0; at < max_clients; ++at) {
    if (clients[at] >= 0) watch_fd(&watch, clients[at], NULL, at);
  }
  nfds_t listening = watch.count;
  watch_fd(&watch, SHIM_LISTEN_FD, NULL, 0);
  watch_fd(&watch, signals, NULL, 0);
  watch_fd(&watch, spool_drained_fd(), NULL, 0);
  if (poll(watch.polled, watch.count, -1) < 0) return;
  for (nfds_t at = 0; at < first_client; ++at) {
    if (watch.polled[at].revents != 0) container_read(watch.owner[at], watch.which[at]);
  }
  uint64_t times;
  if (watch.polled[listening + 2].revents != 0 && read(spool_drained_fd(), &times, sizeof times) < 0) complain("eventfd");
  if (watch.polled[listening + 1].revents != 0) drain_signals();
  for (nfds_t at = first_client; at < listening; ++at) {
    if (watch.polled[at].revents != 0 && clients[watch.which[at]] == watch.polled[at].fd) hear(watch.which[at]);
  }
  if (watch.polled[listening].revents != 0) accept_client();
}

static void join_cgroup(const char* procs) {
  int fd = open(procs, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, "0", 1) != 1) complain(procs);
  if (fd >= 0) close(fd);
}

static bool settle_in(int argc, char** argv) {
  for (int at = 2; at + 1 < argc; at += 2) {
    if (strcmp(argv[at], "--directory") == 0) task_directory = argv[at + 1];
    if (strcmp(argv[at], "--hierarchies") == 0) view.hierarchies = argv[at + 1];
    if (strcmp(argv[at], "--cgroup") == 0) join_cgroup(argv[at + 1]);
  }
  for (int at = 0; at < max_clients; ++at) clients[at] = -1;
  for (int fd = SHIM_LISTEN_FD; fd <= SHIM_DIR_FD; ++fd) fcntl(fd, F_SETFD, FD_CLOEXEC);
  setsid();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  sigaddset(&blocked, SIGPIPE);
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  sigdelset(&blocked, SIGPIPE);
  signals = signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK);
  return task_directory != NULL && signals >= 0 && fchdir(SHIM_DIR_FD) == 0 && spool_start_writer();
}

int serve(int argc, char** argv) {
  if (!settle_in(argc, argv)) {
    complain("starting");
    return 125;
  }
  for (;;) turn();
}
