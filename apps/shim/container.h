/* One container as the shim sees it: its launch, its output, its end. */
#ifndef ROADSTEAD_SHIM_CONTAINER_H
#define ROADSTEAD_SHIM_CONTAINER_H

#include <sys/socket.h>

#include "shim.h"

enum container_state { fresh, launching, running, ended };

/* A line of one stream that has not ended yet. */
struct line {
  size_t used;
  char bytes[SPOOL_LINE_MAX];
};

struct container {
  char name[name_size];
  enum container_state state;
  bool ran_before;
  int client; /* who waits for the answer to `start`, or -1 */
  pid_t crun;
  pid_t pid;
  int64_t process_start; /* field 22 of /proc/<pid>/stat */
  int64_t started_micros;

  int output[2];    /* standard output (or the terminal) and standard error; -1 when ended */
  int stdin_writer; /* kept open for containers that want an open standard input */
  int console;      /* listens for the terminal of crun while a container with a terminal launches */
  int oom_file;
  struct text oom_path;

  int exit_code;
  int exit_signal;
  int64_t oom_kills;
  int64_t ended_micros;

  struct spool* spool;
  struct line lines[2];
};

/* `flags` are those of spool_open. */
struct container* container_make(const char* name, int64_t segment_bytes, int segments, const char* flags);
void container_free(struct container* container);

/* `arguments` are those of the `start` request. False with errno when crun cannot be launched. */
bool container_launch(
    struct container* container, const char* task_directory, char* const* arguments, const struct cgroup_view* view
);

/* To be called when crun has ended with `status`: true when the container runs. */
bool container_launched(struct container* container, int status);

/* Why crun failed, in its own words. */
void container_launch_error(const struct container* container, char* words, size_t size);

/* Whether the stream is open, its spool has room and crun has handed it over: a container that is to be blocked is not read. */
bool container_takes_output(struct container* container, int stream);

/* Reads what a stream has and its spool has room for, without waiting. */
void container_read(struct container* container, int stream);

/* To be called when the container's process was reaped with `status`: collects the rest of the output, writes the exit
 * file. */
void container_ended(struct container* container, int status);

#endif
