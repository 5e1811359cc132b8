#include "io/time_zones.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

/// A zone without changes, `hours` east.
std::string zone_file(char hours) {
  std::string header = "TZif2" + std::string(15, '\0') + std::string(16, '\0') + std::string(3, '\0') + '\1' + std::string(4, '\0');
  std::int32_t seconds = hours * 3600;
  std::string type = {static_cast<char>(seconds >> 24), static_cast<char>(seconds >> 16), static_cast<char>(seconds >> 8),
                      static_cast<char>(seconds), '\0', '\0'};
  return cat(header, type, header, type, "\n\n");
}

TEST(SystemTimeZones, FindsTheFilesOfItsDirectoryAndNothingElse) {
  auto made = make_temporary_directory(std::filesystem::temp_directory_path().string(), "roadstead-zones-");
  ASSERT_TRUE(made);
  auto directory = cat(*made, "/zoneinfo");
  ASSERT_TRUE(make_directories(cat(directory, "/Sea")));
  ASSERT_TRUE(write_file_atomic(cat(directory, "/Sea/Harbour"), zone_file(3)));
  ASSERT_TRUE(write_file_atomic(cat(directory, "/Broken"), "no zone"));
  ASSERT_TRUE(write_file_atomic(cat(*made, "/Outside"), zone_file(1)));
  SystemTimeZones zones(directory);
  ASSERT_NE(zones.find("Sea/Harbour"), nullptr);
  EXPECT_EQ(zones.find("Sea/Harbour")->offset_at(0), 3 * 3600);
  EXPECT_EQ(zones.find("UTC")->offset_at(0), 0);
  for (auto name : {"", "Sea", "Nowhere", "Broken", "../Outside", "/etc/passwd", "Sea/../../Outside"}) {
    EXPECT_EQ(zones.find(name), nullptr) << name;
  }
  // A zone that was read once stays.
  ASSERT_TRUE(remove_file(cat(directory, "/Sea/Harbour")));
  EXPECT_NE(zones.find("Sea/Harbour"), nullptr);
  EXPECT_TRUE(remove_tree(*made));
}

}  // namespace
}  // namespace roadstead
