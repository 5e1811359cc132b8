/* What runs inside the containers of the agent's host test: a static program whose first argument says what to do. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char** environ;

/* Says a line and waits for SIGTERM, then ends with `code`. */
static int serve(const char* line, int code) {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  sigprocmask(SIG_BLOCK, &wanted, NULL);
  printf("%s\n", line);
  fflush(stdout);
  int number = 0;
  sigwait(&wanted, &number);
  printf("bye\n");
  return code;
}

static int show_environment(void) {
  for (char** entry = environ; *entry != NULL; ++entry) printf("%s\n", *entry);
  return 0;
}

/* Says what a file holds, then serves. */
static int show_file(const char* path) {
  FILE* file = fopen(path, "r");
  if (file == NULL) return 98;
  for (int byte = getc(file); byte != EOF; byte = getc(file)) putchar(byte);
  fclose(file);
  return serve("shown", 0);
}

/* Says that many numbered lines of a kilobyte. */
static int talk(int lines) {
  static char text[1000];
  memset(text, 'x', sizeof text - 1);
  for (int line = 1; line <= lines; ++line) printf("%d %s\n", line, text);
  return 0;
}

int main(int count, char** arguments) {
  const char* what = count > 1 ? arguments[1] : "";
  if (strcmp(what, "serve") == 0) return serve(count > 2 ? arguments[2] : "ready", count > 3 ? atoi(arguments[3]) : 0);
  if (strcmp(what, "env") == 0) return show_environment();
  if (strcmp(what, "show") == 0 && count > 2) return show_file(arguments[2]);
  if (strcmp(what, "talk") == 0 && count > 2) return talk(atoi(arguments[2]));
  if (strcmp(what, "exit") == 0) return count > 2 ? atoi(arguments[2]) : 0;
  return 99;
}
