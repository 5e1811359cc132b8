/* roadstead-shim: the parent of the containers of one task.
 *
 * It launches crun, keeps the read ends of the containers' pipes, writes their output to spool files, reaps them and
 * leaves their exit codes in files, and outlives the agent that started it. It is C, static and without stdio so that
 * one per task costs next to nothing. One thread handles everything but disk writes of output; a second does those, so
 * that a slow disk never holds a container up.
 */
#ifndef ROADSTEAD_SHIM_H
#define ROADSTEAD_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "agent/runtime/shim_protocol.h"

enum { max_containers = 32, max_clients = 64, name_size = 256, path_size = 4096 };

/* --- text.c: numbers and texts without stdio --- */

/* A text of bounded size that is built piece by piece; what does not fit is cut off. Always ends in a zero byte. */
struct text {
  size_t used;
  char bytes[path_size];
};

void text_add(struct text* text, const char* piece);
void text_add_number(struct text* text, int64_t number);
int64_t parse_number(const char* digits);
int64_t now_micros(void);

/* Writes `what` and errno's name to standard error, which is shim.log of the task's directory. */
void complain(const char* what);

/* Replaces the file `path` by `content` in one step. */
bool write_file_atomically(const char* path, const char* content, size_t size);

/* Reads at most size-1 bytes and ends them with a zero byte; -1 when there is no such file. */
ssize_t read_small_file(const char* path, char* buffer, size_t size);

/* Field 22 of /proc/<pid>/stat, or 0. */
int64_t start_time_of(pid_t pid);

/* --- spool.c: output to disk --- */

struct spool;

/* Makes a spool that writes to the directory `c/<name>/spool`; it goes on after the segments that are there. Flags: k
 * kept for its reader, who deletes the files; b blocking. */
struct spool* spool_open(const char* name, int64_t segment_bytes, int segments, const char* flags);

/* Adds one record, dropping the oldest ones that have not reached the disk when the buffer is full, or the new one when
 * the spool is kept. Never blocks on disk. */
void spool_put(struct spool* spool, uint8_t stream, uint8_t flags, int64_t micros, const char* bytes, size_t size);

/* How many bytes may be read now for this spool, when `begun` bytes of a line wait: 0 when
 * it blocks. Then spool_drained_fd becomes readable once there is room. */
size_t spool_room(struct spool* spool, size_t begun);

/* An event descriptor; 8 bytes are to be read from it. */
int spool_drained_fd(void);

/* Forgets the spool and what it has not written. */
void spool_discard(struct spool* spool);

/* Starts the thread that writes. */
bool spool_start_writer(void);

/* --- launch.c: crun --- */

/* How crun must see cgroups: as they are, or a tmpfs with these version 1 hierarchies (reference/limits.md §1.6). */
struct cgroup_view {
  const char* hierarchies; /* "memory:cpu:…"; null: as they are */
};

/* In a child about to become crun: gives it a mount namespace with that view. False with errno on failure. */
bool enter_cgroup_view(const struct cgroup_view* view);

struct launch {
  const char* directory; /* absolute path of the container's directory */
  const char* crun_id;
  int stdio[3];
  bool tty;
};

/* Starts `crun run --detach` and returns its pid, or -1. */
pid_t launch_crun(const struct launch* launch, const struct cgroup_view* view);

/* --- hold.c: namespaces that the containers of a task share --- */

/* Starts a process that owns new namespaces, p: pid, i: ipc, in the network namespace at the path `network` (empty: the keeper's).
 * Returns its pid, or -1 with errno. */
pid_t start_holder(const char* shared, const char* network);

/* --- modes --- */

int serve(int argc, char** argv);
int run_init(int argc, char** argv);
int enter(int argc, char** argv);

#endif
