#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { reads_at_the_end = 64 };

static void close_fd(int* fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void close_all(struct container* container) {
  close_fd(&container->output[0]);
  close_fd(&container->output[1]);
  close_fd(&container->stdin_writer);
  close_fd(&container->console);
  close_fd(&container->oom_file);
}

static const char* path_in(const struct container* container, const char* file, struct text* path) {
  path->used = 0;
  text_add(path, "c/");
  text_add(path, container->name);
  text_add(path, "/");
  text_add(path, file);
  return path->bytes;
}

struct container* container_make(const char* name, int64_t segment_bytes, int segments, const char* flags) {
  struct container* container =
      mmap(NULL, sizeof *container, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (container == MAP_FAILED) return NULL;
  strncpy(container->name, name, name_size - 1);
  container->client = -1;
  container->output[0] = container->output[1] = container->stdin_writer = container->console = container->oom_file = -1;
  container->spool = spool_open(container->name, segment_bytes, segments, flags);
  if (container->spool != NULL) return container;
  munmap(container, sizeof *container);
  return NULL;
}

void container_free(struct container* container) {
  close_all(container);
  spool_discard(container->spool);
  munmap(container, sizeof *container);
}

/* crun sends the terminal's master over this socket; its path may be longer than a socket address, the directory's fd
 * is not. */
static int listen_for_console(const struct container* container) {
  struct text directory;
  int at = open(path_in(container, "", &directory), O_PATH | O_DIRECTORY | O_CLOEXEC);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct text path = {0};
  text_add(&path, "/proc/self/fd/");
  text_add_number(&path, at);
  text_add(&path, "/console.sock");
  unlink(path.bytes);
  struct sockaddr_un address = {AF_UNIX, ""};
  memcpy(address.sun_path, path.bytes, path.used + 1);
  bool listening = bind(fd, (struct sockaddr*)&address, sizeof address) == 0 && listen(fd, 1) == 0;
  close(at);
  if (!listening) close_fd(&fd);
  return fd;
}

static int receive_console(int listener) {
  int from = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (from < 0) return -1;
  char byte[64];
  struct iovec text = {byte, sizeof byte};

  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message = {0};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  int terminal = -1;
  if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) >= 0) {
    struct cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) memcpy(&terminal, CMSG_DATA(header), sizeof terminal);
  }
  close(from);
  if (terminal >= 0) fcntl(terminal, F_SETFL, O_NONBLOCK);
  return terminal;
}

/* Opens the container's ends into `theirs` and keeps ours. */
static bool open_stdio(struct container* container, bool tty, bool open_stdin, int* theirs) {
  int pair[2];
  if (open_stdin && !tty) {
    if (pipe2(pair, O_CLOEXEC) != 0) return false;
    theirs[0] = pair[0];
    container->stdin_writer = pair[1];
  } else {
    theirs[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
  for (int stream = 0; stream < 2; ++stream) {
    if (tty) {
      theirs[stream + 1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
      continue;
    }
    if (pipe2(pair, O_CLOEXEC) != 0) return false;
    fcntl(pair[0], F_SETFL, O_NONBLOCK);
    container->output[stream] = pair[0];
    theirs[stream + 1] = pair[1];
  }
  if (tty) container->console = listen_for_console(container);
  return theirs[0] >= 0 && theirs[1] >= 0 && theirs[2] >= 0 && (!tty || container->console >= 0);
}

/* Makes room for the exit file now, so that a full disk cannot lose an exit code. */
static void reserve_exit_file(const struct container* container) {
  static const char blank[128] = {0};
  struct text path;
  unlink(path_in(container, "exit", &path));
  unlink(path_in(container, "running", &path));
  unlink(path_in(container, "crun.log", &path));
  int fd = open(path_in(container, "exit.tmp", &path), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, blank, sizeof blank) < 0) complain(path.bytes);
  if (fd >= 0) close(fd);
}

bool container_launch(
    struct container* container, const char* task_directory, char* const* arguments, const struct cgroup_view* view
) {
  bool tty = strchr(arguments[6], 't') != NULL;
  int theirs[3] = {-1, -1, -1};
  reserve_exit_file(container);
  container->oom_path.used = 0;
  text_add(&container->oom_path, arguments[3]);
  container->lines[0].used = container->lines[1].used = 0;
  bool opened = open_stdio(container, tty, strchr(arguments[6], 'i') != NULL, theirs);
  static struct text directory;
  directory.used = 0;
  text_add(&directory, task_directory);
  text_add(&directory, "/c/");
  text_add(&directory, container->name);
  struct launch launch = {directory.bytes, arguments[2], {theirs[0], theirs[1], theirs[2]}, tty};
  container->crun = opened ? launch_crun(&launch, view) : -1;
  for (int at = 0; at < 3; ++at) close_fd(&theirs[at]);
  if (container->crun > 0) {
    container->state = launching;
    return true;
  }
  int problem = errno;
  close_all(container);
  errno = problem;
  return false;
}

bool container_launched(struct container* container, int status) {
  struct text path;
  char digits[32];
  bool runs = WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
              read_small_file(path_in(container, "pid", &path), digits, sizeof digits) > 0;
  if (container->console >= 0) {
    container->output[0] = receive_console(container->console);
    close_fd(&container->console);
    unlink(path_in(container, "console.sock", &path));
  }
  if (!runs) {
    close_all(container);
    container->state = container->ran_before ? ended : fresh;
    return false;
  }
  container->pid = (pid_t)parse_number(digits);
  container->process_start = start_time_of(container->pid);
  container->started_micros = now_micros();
  container->oom_file = open(container->oom_path.bytes, O_RDONLY | O_CLOEXEC);
  container->state = running;
  container->ran_before = true;
  struct text line = {0};
  text_add_number(&line, container->pid);
  text_add(&line, " ");
  text_add_number(&line, container->process_start);
  text_add(&line, " ");
  text_add_number(&line, container->started_micros);
  text_add(&line, "\n");
  if (!write_file_atomically(path_in(container, "running", &path), line.bytes, line.used)) complain(path.bytes);
  return true;
}

void container_launch_error(const struct container* container, char* words, size_t size) {
  struct text path;
  ssize_t got = read_small_file(path_in(container, "crun.log", &path), words, size);
  if (got > 0) return;
  strncpy(words, "crun failed without a word", size);
}

static void put_line(
    struct container* container, int stream, uint8_t flags, int64_t micros, const char* bytes, size_t size
) {
  uint8_t tag = stream == 0 ? SPOOL_STDOUT : SPOOL_STDERR;
  spool_put(container->spool, tag, flags, micros, bytes, size);
}

/* Turns what was read into records, one a line; the rest of the last line waits for its end. */
static void cut_lines(struct container* container, int stream) {
  struct line* line = &container->lines[stream];
  int64_t micros = now_micros();
  size_t from = 0;
  for (;;) {
    char* end = memchr(line->bytes + from, '\n', line->used - from);
    if (end == NULL) break;
    size_t size = (size_t)(end - line->bytes) - from;
    put_line(container, stream, 0, micros, line->bytes + from, size);
    from += size + 1;
  }
  line->used -= from;
  if (from > 0) memmove(line->bytes, line->bytes + from, line->used);
  if (line->used == sizeof line->bytes) {
    put_line(container, stream, SPOOL_PARTIAL, micros, line->bytes, line->used);
    line->used = 0;
  }
}

/* Reads at most `room` bytes; true when more may follow at once. */
static bool read_some(struct container* container, int stream, size_t room) {
  struct line* line = &container->lines[stream];
  size_t size = sizeof line->bytes - line->used;
  if (size > room) size = room;
  ssize_t got = read(container->output[stream], line->bytes + line->used, size);
  if (got > 0) {
    line->used += (size_t)got;
    cut_lines(container, stream);
    return true;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  close_fd(&container->output[stream]); /* ended; a terminal says EIO */
  if (line->used > 0) put_line(container, stream, 0, now_micros(), line->bytes, line->used);
  line->used = 0;
  return false;
}

static size_t room_of(struct container* container, int stream) {
  return spool_room(container->spool, container->lines[stream].used);
}

/* While crun is at work its own words come through the same pipes. They are read once it has gone, or never when it failed. */
bool container_takes_output(struct container* container, int stream) {
  return container->state != launching && container->output[stream] >= 0 && room_of(container, stream) > 0;
}

void container_read(struct container* container, int stream) {
  if (container->output[stream] < 0) return;
  size_t room = room_of(container, stream);
  if (room > 0) read_some(container, stream, room);
}

/* The container is gone and must not wait: a blocking spool has room for what its pipes hold. */
static void collect_rest(struct container* container, int stream) {
  for (int turn = 0; turn < reads_at_the_end && container->output[stream] >= 0; ++turn) {
    if (!read_some(container, stream, SPOOL_LINE_MAX)) break;
  }
  struct line* line = &container->lines[stream];
  if (line->used > 0) put_line(container, stream, 0, now_micros(), line->bytes, line->used);
  line->used = 0;
}

/* The number after "oom_kill " in memory.events or memory.oom_control. */
static int64_t count_oom_kills(const struct container* container) {
  char content[1024];
  ssize_t got = container->oom_file < 0 ? -1 : pread(container->oom_file, content, sizeof content - 1, 0);
  if (got <= 0) return 0;
  content[got] = 0;
  const char* at = strstr(content, "oom_kill ");
  return at == NULL ? 0 : parse_number(at + strlen("oom_kill "));
}

static void write_exit_file(const struct container* container) {
  struct text line = {0};
  text_add_number(&line, container->exit_code);
  text_add(&line, " ");
  text_add_number(&line, container->exit_signal);
  text_add(&line, " ");
  text_add_number(&line, container->oom_kills);
  text_add(&line, " ");
  text_add_number(&line, container->ended_micros);
  text_add(&line, "\n");
  struct text path;
  if (!write_file_atomically(path_in(container, "exit", &path), line.bytes, line.used)) complain(path.bytes);
}

void container_ended(struct container* container, int status) {
  container->ended_micros = now_micros();
  container->exit_signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  container->exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  container->oom_kills = count_oom_kills(container);
  collect_rest(container, 0);
  collect_rest(container, 1);
  spool_put(container->spool, SPOOL_END, 0, container->ended_micros, "", 0);
  write_exit_file(container);
  close_all(container);
  container->state = ended;
}
