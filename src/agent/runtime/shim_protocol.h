/* What the agent and roadstead-shim say to each other, in C so that both can include it.
 *
 * The shim of a task listens on the SOCK_SEQPACKET socket "shim.sock" of the task's directory. A message is a list of
 * texts, each ended by a zero byte: a verb and its arguments. Every request but `subscribe` gets one answer, "ok" with
 * values or "failed" with a reason. The layout of the directory is drawn in docs/formats/task_dir.md.
 *
 *   start <name> <crun id> <file counting out-of-memory kills> <segment bytes> <segments> <flags>
 *                         -> ok <pid> <start time of the process> <started at, microseconds> | failed <crun's words>
 *                         flags: t tty, i open stdin, k the reader deletes the spool's files, b rather block than drop
 *   signal <name> <number> -> ok | failed gone
 *   forget <name>          -> ok | failed running        (drops an ended container; its files may be deleted then)
 *   hold <letters> <path of a network namespace, or empty> -> ok <pid> <start time of the process> | failed <why>
 *                         (a process with namespaces for all containers, in that network. Letters: p pid, i ipc. There is one at
 *                         most; it ends with the shim)
 *   settle                 -> ok                          (answered when no start is under way)
 *   quit                   -> ok | failed running         (the shim ends)
 *   subscribe              -> exit <name> <code> <signal> <out-of-memory kills> <ended at, microseconds>, any number of
 * times
 */
#ifndef ROADSTEAD_AGENT_RUNTIME_SHIM_PROTOCOL_H
#define ROADSTEAD_AGENT_RUNTIME_SHIM_PROTOCOL_H

#include <stdint.h>

/* Descriptors the shim is born with. */
#define SHIM_LISTEN_FD 3 /* the socket, listening */
#define SHIM_CRUN_FD 4   /* crun: a sealed memfd, or the program's file */
#define SHIM_DIR_FD 5    /* the task's directory */

#define SHIM_MESSAGE_MAX 8192

/* A record of a spool file: this header, little-endian, then `length` bytes of one line without its newline. */
struct spool_record_header {
  uint32_t length;
  uint8_t stream; /* SPOOL_STDOUT, SPOOL_STDERR, or SPOOL_END when the container ended */
  uint8_t flags;  /* SPOOL_PARTIAL: the line goes on in the next record of this stream */
  uint16_t zero;
  uint64_t sequence; /* one more than the record before it; a gap counts lines that were dropped */
  int64_t micros;    /* when it was read, microseconds since 1970 */
};

#define SPOOL_END 0
#define SPOOL_STDOUT 1
#define SPOOL_STDERR 2
#define SPOOL_PARTIAL 1
#define SPOOL_LINE_MAX 16384

#endif
