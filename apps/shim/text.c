#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

void text_add(struct text* text, const char* piece) {
  size_t size = strlen(piece);
  size_t room = sizeof text->bytes - 1 - text->used;
  if (size > room) size = room;
  memcpy(text->bytes + text->used, piece, size);
  text->used += size;
  text->bytes[text->used] = 0;
}

void text_add_number(struct text* text, int64_t number) {
  char digits[24];
  size_t at = sizeof digits - 1;
  digits[at] = 0;
  bool negative = number < 0;
  uint64_t rest = negative ? (uint64_t)-number : (uint64_t)number;
  do {
    digits[--at] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (negative) digits[--at] = '-';
  text_add(text, digits + at);
}

int64_t parse_number(const char* digits) {
  int64_t number = 0;
  while (*digits >= '0' && *digits <= '9') number = number * 10 + (*digits++ - '0');
  return number;
}

int64_t now_micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void complain(const char* what) {
  int problem = errno;
  struct text line = {0};
  text_add_number(&line, now_micros());
  text_add(&line, " ");
  text_add(&line, what);
  text_add(&line, ": errno ");
  text_add_number(&line, problem);
  text_add(&line, "\n");
  if (write(2, line.bytes, line.used) < 0) return;
}

bool write_file_atomically(const char* path, const char* content, size_t size) {
  struct text next = {0};
  text_add(&next, path);
  text_add(&next, ".tmp");
  int fd = open(next.bytes, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  bool written = write(fd, content, size) == (ssize_t)size && ftruncate(fd, (off_t)size) == 0;
  close(fd);
  return written && rename(next.bytes, path) == 0;
}

ssize_t read_small_file(const char* path, char* buffer, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t got = read(fd, buffer, size - 1);
  close(fd);
  if (got < 0) return -1;
  buffer[got] = 0;
  return got;
}

int64_t start_time_of(pid_t pid) {
  struct text path = {0};
  text_add(&path, "/proc/");
  text_add_number(&path, pid);
  text_add(&path, "/stat");
  char stat[1024];
  if (read_small_file(path.bytes, stat, sizeof stat) < 0) return 0;
  char* at = strrchr(stat, ')'); /* the name before it may hold anything */
  for (int field = 2; at != NULL && field < 22; ++field) {
    at = strchr(at + 1, ' ');
  }
  return at == NULL ? 0 : parse_number(at + 1);
}
