// The real store against real archives, overlayfs and a registry on loopback.
#include <gtest/gtest.h>

namespace roadstead {
namespace {
}  // namespace
}  // namespace roadstead
