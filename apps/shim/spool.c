/* Output goes   pipe -> line -> ring in memory -> (writer thread) block -> segment file.
 *
 *   ring:  | free | oldest record … newest record | free |      the oldest are dropped to make room
 *   disk:  c/<name>/spool/0000000001 0000000002 …               the lowest number is deleted beyond `segments`
 *
 * A spool that is kept for its reader is different: only the reader deletes files. When there are `segments` of them,
 * nothing is written until one goes; the ring fills, and then either the newest records are dropped or, in a blocking
 * spool, the container's pipes are not read until there is room again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

/* A blocking ring is read into only up to ring_size. What is beyond takes what the pipes hold when the container ends,
 * which is 64 KiB each, and more as records. */
enum { ring_size = 256 * 1024, blocking_ring_size = 4 * ring_size };
enum { block_size = 64 * 1024, thread_stack = 64 * 1024, least_read = 512 };
enum { disk_pause = 200, reader_pause = 20 };

struct spool {
  struct spool* next;
  bool discarded;
  bool kept;     /* for its reader, who deletes what it has read */
  bool blocking; /* rather than drop a record, do not take one */
  size_t capacity;

  /* Under `lock`. */
  bool starved; /* somebody waits for room */
  uint64_t sequence;
  size_t head;
  size_t used;

  /* The writer's own. */
  int fd;
  int64_t written;
  int64_t number;
  int64_t oldest;
  int64_t segment_bytes;
  int segments;
  size_t block_used;
  char directory[name_size + 16];

  unsigned char block[block_size];
  unsigned char ring[blocking_ring_size]; /* pages beyond `capacity` are never touched */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
static struct spool* spools;
static int drained = -1; /* readable when a starved spool has room again */

static void ring_copy_in(struct spool* spool, const void* bytes, size_t size) {
  size_t tail = (spool->head + spool->used) % spool->capacity;
  size_t first = size < spool->capacity - tail ? size : spool->capacity - tail;
  memcpy(spool->ring + tail, bytes, first);
  memcpy(spool->ring, (const unsigned char*)bytes + first, size - first);
  spool->used += size;
}

static void ring_peek(const struct spool* spool, void* bytes, size_t size) {
  size_t first = size < spool->capacity - spool->head ? size : spool->capacity - spool->head;
  memcpy(bytes, spool->ring + spool->head, first);
  memcpy((unsigned char*)bytes + first, spool->ring, size - first);
}

static void ring_drop(struct spool* spool, size_t size) {
  spool->head = (spool->head + size) % spool->capacity;
  spool->used -= size;
  if (spool->used == 0) spool->head = 0; /* few pages are ever touched while the writer keeps up */
}

static size_t ring_first_record(const struct spool* spool) {
  struct spool_record_header header;
  ring_peek(spool, &header, sizeof header);
  return sizeof header + header.length;
}

void spool_put(struct spool* spool, uint8_t stream, uint8_t flags, int64_t micros, const char* bytes, size_t size) {
  struct spool_record_header header = {(uint32_t)size, stream, flags, 0, 0, micros};
  pthread_mutex_lock(&lock);
  header.sequence = spool->sequence++;
  bool fits = spool->capacity - spool->used >= sizeof header + size;
  if (fits || !spool->kept || stream == SPOOL_END) {
    while (spool->capacity - spool->used < sizeof header + size) ring_drop(spool, ring_first_record(spool));
    ring_copy_in(spool, &header, sizeof header);
    ring_copy_in(spool, bytes, size);
  }
  pthread_cond_signal(&work);
  pthread_mutex_unlock(&lock);
}

/* At worst every byte is a line of its own. */
size_t spool_room(struct spool* spool, size_t begun) {
  if (!spool->blocking) return SPOOL_LINE_MAX;
  pthread_mutex_lock(&lock);
  size_t taken = spool->used + begun + 2 * sizeof(struct spool_record_header);
  size_t room = taken >= ring_size ? 0 : (ring_size - taken) / (1 + sizeof(struct spool_record_header));
  if (room < least_read) {
    spool->starved = true; /* the writer says when that is over; the other stream may still have room */
    room = 0;
  }
  pthread_mutex_unlock(&lock);
  return room;
}

int spool_drained_fd(void) { return drained; }

static void feed(struct spool* spool) {
  if (!spool->starved || spool->used > ring_size / 2) return;
  spool->starved = false;
  eventfd_write(drained, 1);
}

static void take_block(struct spool* spool) {
  while (spool->used > 0) {
    size_t size = ring_first_record(spool);
    if (spool->block_used + size > block_size) break;
    ring_peek(spool, spool->block + spool->block_used, size);
    spool->block_used += size;
    ring_drop(spool, size);
  }
  feed(spool);
}

static void segment_path(const struct spool* spool, int64_t number, struct text* path) {
  char digits[11] = "0000000000";
  for (int at = 9; at >= 0 && number > 0; --at, number /= 10) digits[at] = (char)('0' + number % 10);
  text_add(path, spool->directory);
  text_add(path, "/");
  text_add(path, digits);
}

/* Whether the reader of a kept spool has left room for another file. */
static bool has_room_for_segment(struct spool* spool) {
  while (spool->oldest <= spool->number) {
    struct text path = {0};
    segment_path(spool, spool->oldest, &path);
    if (access(path.bytes, F_OK) == 0) break;
    spool->oldest += 1;
  }
  return spool->number - spool->oldest + 1 < spool->segments;
}

static bool open_next_segment(struct spool* spool) {
  if (spool->kept && !has_room_for_segment(spool)) return false;
  struct text path = {0};
  segment_path(spool, spool->number + 1, &path);
  int fd = open(path.bytes, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  if (spool->fd >= 0) close(spool->fd);
  spool->fd = fd;
  spool->written = 0;
  spool->number += 1;
  while (!spool->kept && spool->number - spool->oldest >= spool->segments) {
    struct text old = {0};
    segment_path(spool, spool->oldest, &old);
    unlink(old.bytes);
    spool->oldest += 1;
  }
  return true;
}

/* Writes the block, all or nothing: what a full disk took of it is cut off again. */
static bool flush_block(struct spool* spool) {
  if (spool->fd < 0 || spool->written >= spool->segment_bytes) {
    if (!open_next_segment(spool)) return false;
  }
  size_t done = 0;
  while (done < spool->block_used) {
    ssize_t got = write(spool->fd, spool->block + done, spool->block_used - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      if (done > 0 && ftruncate(spool->fd, (off_t)spool->written) != 0) complain("cutting a spool");
      return false;
    }
    done += (size_t)got;
  }
  spool->written += (int64_t)done;
  spool->block_used = 0;
  return true;
}

static void unlink_discarded(void) {
  for (struct spool** at = &spools; *at != NULL;) {
    struct spool* spool = *at;
    if (!spool->discarded) {
      at = &spool->next;
      continue;
    }
    *at = spool->next;
    if (spool->fd >= 0) close(spool->fd);
    munmap(spool, sizeof *spool);
  }
}

/* With a pause in milliseconds, tries again after it at the latest. */
static void wait_for_work(long pause) {
  if (pause == 0) {
    pthread_cond_wait(&work, &lock);
    return;
  }
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += pause * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    until.tv_sec += 1;
  }
  pthread_cond_timedwait(&work, &lock, &until);
}

static void* write_for_ever(void* unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (;;) {
    bool wrote = false;
    long pause = 0;
    unlink_discarded();
    for (struct spool* spool = spools; spool != NULL; spool = spool->next) {
      take_block(spool);
      if (spool->block_used == 0 || spool->discarded) continue;
      pthread_mutex_unlock(&lock);
      bool done = flush_block(spool);
      pthread_mutex_lock(&lock);
      wrote = wrote || done;
      if (!done && pause != reader_pause) pause = spool->kept ? reader_pause : disk_pause;
    }
    if (!wrote) wait_for_work(pause);
  }
  return NULL;
}

static void find_segments(struct spool* spool) {
  DIR* directory = opendir(spool->directory);
  if (directory == NULL) return;
  int64_t lowest = 0;
  for (struct dirent* entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    int64_t number = parse_number(entry->d_name);
    if (number == 0) continue;
    if (number > spool->number) spool->number = number;
    if (lowest == 0 || number < lowest) lowest = number;
  }
  closedir(directory);
  if (lowest > 0) spool->oldest = lowest;
}

struct spool* spool_open(const char* name, int64_t segment_bytes, int segments, const char* flags) {
  struct spool* spool = mmap(NULL, sizeof *spool, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (spool == MAP_FAILED) return NULL;
  spool->fd = -1;
  spool->oldest = 1;
  spool->segment_bytes = segment_bytes;
  spool->segments = segments > 1 ? segments : 2;
  spool->kept = strchr(flags, 'k') != NULL;
  spool->blocking = strchr(flags, 'b') != NULL;
  spool->capacity = spool->blocking ? blocking_ring_size : ring_size;
  struct text path = {0};
  text_add(&path, "c/");
  text_add(&path, name);
  text_add(&path, "/spool");
  memcpy(spool->directory, path.bytes, path.used + 1);
  find_segments(spool);
  pthread_mutex_lock(&lock);
  struct spool** end = &spools;
  while (*end != NULL) end = &(*end)->next;
  *end = spool;
  pthread_mutex_unlock(&lock);
  return spool;
}

void spool_discard(struct spool* spool) {
  pthread_mutex_lock(&lock);
  spool->discarded = true;
  pthread_cond_signal(&work);
  pthread_mutex_unlock(&lock);
}

bool spool_start_writer(void) {
  drained = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (drained < 0) return false;
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, thread_stack);
  return pthread_create(&thread, &attributes, write_for_ever, NULL) == 0;
}
