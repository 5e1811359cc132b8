#include "base/result/result.h"

#include <cstdio>
#include <cstdlib>

namespace roadstead {

void check_failed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "level=fatal event=check_failed at=%s:%d condition=\"%s\" why=\"%s\"\n", file, line, condition, why);
  std::abort();
}

}  // namespace roadstead
