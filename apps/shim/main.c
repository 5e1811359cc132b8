#include <string.h>

#include "shim.h"

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "serve") == 0) return serve(argc, argv);
  if (argc > 1 && strcmp(argv[1], "init") == 0) return run_init(argc, argv);
  if (argc > 1 && strcmp(argv[1], "enter") == 0) return enter(argc, argv);
  return 125;
}
