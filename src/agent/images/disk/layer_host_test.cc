// Layers of strangers: what they become on disk, and that nothing leads outside. Needs root for owners and whiteouts.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "agent/images/disk/layer.h"
#include "agent/images/test_image.h"
#include "base/data/hash.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

using test::Entry;
using test::make_layer;
using test::Packing;

class LayerTest : public testing::Test {
 protected:
  void SetUp() override {
    home_ = make_temporary_directory("/tmp", "roadstead-layer-").value();
    root_ = home_ + "/root";
    ASSERT_TRUE(make_directories(root_));
  }

  void TearDown() override { EXPECT_TRUE(remove_tree(home_)); }

  Result<LayerUnpacked> unpack_bytes(const std::string& blob, const std::string& plain, LayerLimits limits = {}) {
    EXPECT_TRUE(write_file_atomic(home_ + "/blob", blob));
    return unpack_layer({.blob = home_ + "/blob", .digest = "sha256:" + sha256_hex(blob), .diff_id = "sha256:" + sha256_hex(plain)}, root_, limits, {});
  }

  Result<LayerUnpacked> unpack(const std::vector<Entry>& entries, Packing packing = Packing::plain, LayerLimits limits = {}) {
    return unpack_bytes(make_layer(entries, packing), make_layer(entries), limits);
  }

  struct stat at(const std::string& path) const {
    struct stat status {};
    EXPECT_EQ(::lstat((root_ + "/" + path).c_str(), &status), 0) << path;
    return status;
  }

  std::string content(const std::string& path) const { return read_file(root_ + "/" + path).value_or("(none)"); }

  bool is_opaque(const std::string& path) const {
    char value[4];
    return ::getxattr((root_ + "/" + path).c_str(), "trusted.overlay.opaque", value, sizeof value) == 1 && value[0] == 'y';
  }

  std::string home_;
  std::string root_;
};

TEST_F(LayerTest, KeepsFilesAsTheyAre) {
  for (auto packing : {Packing::plain, Packing::gzip, Packing::zstd}) {
    ASSERT_TRUE(remove_tree(root_));
    ASSERT_TRUE(make_directories(root_));
    auto done = unpack({{.path = "usr/", .kind = 'd', .mode = 0755}, {.path = "usr/bin/", .kind = 'd', .mode = 0711, .uid = 7},
                        {.path = "usr/bin/su", .content = "elf", .mode = 04755, .uid = 12}, {.path = "./usr/bin/sh", .kind = 'l', .content = "su"},
                        {.path = "/usr/bin/hard", .kind = 'h', .content = "usr/bin/su"}, {.path = "pipe", .kind = 'p'},
                        {.path = "null", .kind = 'c', .mode = 0666}, {.path = "größe/日本", .content = "x"}},
                       packing);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->entries, 8U);
    EXPECT_EQ(content("usr/bin/su"), "elf");
    EXPECT_EQ(at("usr/bin/su").st_mode, static_cast<mode_t>(S_IFREG | 04755));
    EXPECT_EQ(at("usr/bin/su").st_uid, 12U);
    EXPECT_EQ(at("usr/bin/su").st_mtime, 1'600'000'000);
    EXPECT_EQ(at("usr/bin").st_mode, static_cast<mode_t>(S_IFDIR | 0711));
    EXPECT_EQ(at("usr/bin").st_mtime, 1'600'000'000);  // although files were made in it later
    EXPECT_TRUE(S_ISLNK(at("usr/bin/sh").st_mode));
    EXPECT_EQ(at("usr/bin/hard").st_ino, at("usr/bin/su").st_ino);
    EXPECT_TRUE(S_ISFIFO(at("pipe").st_mode));
    EXPECT_EQ(at("null").st_rdev, makedev(1, 3));
    EXPECT_EQ(content("größe/日本"), "x");
  }
}

TEST_F(LayerTest, TurnsWhiteoutsIntoThoseOfOverlayfs) {
  ASSERT_TRUE(unpack({{.path = "a/.wh.gone"}, {.path = "b/", .kind = 'd', .mode = 0755}, {.path = "b/.wh..wh..opq"}, {.path = "b/new", .content = "n"},
                      {.path = ".wh..wh.plnk"}, {.path = ".wh.c"}, {.path = "c/", .kind = 'd', .mode = 0755}, {.path = "d/x", .content = "x"}, {.path = ".wh.d"}}));
  EXPECT_TRUE(S_ISCHR(at("a/gone").st_mode));
  EXPECT_EQ(at("a/gone").st_rdev, makedev(0, 0));
  EXPECT_TRUE(is_opaque("b"));
  EXPECT_EQ(content("b/new"), "n");
  EXPECT_FALSE(exists(root_ + "/.wh..wh.plnk"));
  EXPECT_TRUE(is_opaque("c"));  // removed and made again
  EXPECT_TRUE(is_opaque("d"));  // made, and what was below it removed
  EXPECT_EQ(content("d/x"), "x");
}

TEST_F(LayerTest, LeavesNothingOutside) {
  struct Attack {
    const char* what;
    std::vector<Entry> entries;
    bool fails;
  };
  for (const auto& [what, entries, fails] : std::vector<Attack>{
           {"dots", {{.path = "../outside", .content = "x"}}, true},
           {"dots inside", {{.path = "a/../../outside", .content = "x"}}, true},
           {"through a link up", {{.path = "l", .kind = 'l', .content = ".."}, {.path = "l/outside", .content = "x"}}, false},
           {"through an absolute link", {{.path = "l", .kind = 'l', .content = home_}, {.path = "l/outside", .content = "x"}}, true},
           {"over a link", {{.path = "f", .kind = 'l', .content = home_ + "/outside"}, {.path = "f", .content = "x"}}, false},
           {"hard link up", {{.path = "h", .kind = 'h', .content = "../secret"}}, true},
           {"hard link through a link", {{.path = "l", .kind = 'l', .content = home_}, {.path = "h", .kind = 'h', .content = "l/secret"}}, true},
           {"whiteout of dots", {{.path = "a/.wh..."}}, true},
           {"whiteout of the parent", {{.path = "a/.wh..", .content = ""}}, true},
           {"chain of links", {{.path = "a", .kind = 'l', .content = "b"}, {.path = "b", .kind = 'l', .content = "../../.."}, {.path = "a/tmp/outside", .content = "x"}}, false},
       }) {
    ASSERT_TRUE(remove_tree(root_));
    ASSERT_TRUE(make_directories(root_));
    ASSERT_TRUE(write_file_atomic(home_ + "/secret", "s"));
    auto done = unpack(entries);
    EXPECT_EQ(!done, fails) << what << (done ? "" : ": " + done.error().message);
    if (!done) {
      EXPECT_EQ(done.error().code, "InvalidImage") << what << ": " << done.error().message;
    }
    EXPECT_EQ(list_directory(home_).value(), (std::vector<std::string>{"blob", "root", "secret"})) << what;
    EXPECT_FALSE(exists("/tmp/outside")) << what;
    struct stat secret {};
    ASSERT_EQ(::stat((home_ + "/secret").c_str(), &secret), 0);
    EXPECT_EQ(secret.st_nlink, 1U) << what;
  }
}

TEST_F(LayerTest, DropsAttributesThatOverlayfsWouldObey) {
  ASSERT_TRUE(unpack({{.path = "d/", .kind = 'd', .mode = 0755, .xattrs = {{"trusted.overlay.redirect", "/etc"}, {"trusted.overlay.opaque", "y"}, {"user.k", "v"}}}}));
  EXPECT_FALSE(is_opaque("d"));
  char value[8];
  EXPECT_LT(::getxattr((root_ + "/d").c_str(), "trusted.overlay.redirect", value, sizeof value), 0);
  EXPECT_EQ(::getxattr((root_ + "/d").c_str(), "user.k", value, sizeof value), 1);
}

TEST_F(LayerTest, KeepsFileCapabilities) {
  std::string capability("\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
  ASSERT_TRUE(unpack({{.path = "ping", .content = "elf", .mode = 0755, .uid = 0, .xattrs = {{"security.capability", capability}}}}));
  char value[64];
  EXPECT_EQ(::getxattr((root_ + "/ping").c_str(), "security.capability", value, sizeof value), 20);
}

TEST_F(LayerTest, ReplacesWhatTheSameLayerMadeBefore) {
  ASSERT_TRUE(unpack({{.path = "a/b/c", .content = "1"}, {.path = "a", .content = "2"}, {.path = "x", .content = "1"}, {.path = "x/", .kind = 'd', .mode = 0755},
                      {.path = "x/y", .content = "3"}, {.path = "x/y", .content = "4"}}));
  EXPECT_EQ(content("a"), "2");
  EXPECT_EQ(content("x/y"), "4");
}

TEST_F(LayerTest, FollowsLinksInsideTheLayer) {
  ASSERT_TRUE(unpack({{.path = "usr/lib/", .kind = 'd', .mode = 0755}, {.path = "lib", .kind = 'l', .content = "/usr/lib"}, {.path = "lib/x", .content = "1"}}));
  EXPECT_EQ(content("usr/lib/x"), "1");
}

TEST_F(LayerTest, RefusesWrongDigestsAndDamage) {
  auto plain = make_layer({{.path = "f", .content = std::string(100'000, 'x')}});
  auto packed = make_layer({{.path = "f", .content = std::string(100'000, 'x')}}, Packing::gzip);
  EXPECT_NE(unpack_bytes(plain, "other").error().message.find("diff id"), std::string::npos);
  auto damaged = packed;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  ASSERT_TRUE(write_file_atomic(home_ + "/blob", packed));
  LayerSource wrong{.blob = home_ + "/blob", .digest = "sha256:" + sha256_hex(damaged), .diff_id = "sha256:" + sha256_hex(plain)};
  EXPECT_NE(unpack_layer(wrong, root_, {}, {}).error().message.find("its digest is"), std::string::npos);
  EXPECT_EQ(unpack_bytes(damaged, plain).error().code, "InvalidImage");
  EXPECT_EQ(unpack_bytes(packed.substr(0, packed.size() / 2), plain).error().code, "InvalidImage");
  EXPECT_EQ(unpack_bytes(plain.substr(0, 50'000), plain).error().code, "InvalidImage");
  EXPECT_EQ(unpack_bytes("no tar at all, only words that go on for a while", "x").error().code, "InvalidImage");
}

TEST_F(LayerTest, HasBounds) {
  std::vector<Entry> entries{{.path = "a", .content = std::string(20'000, 'x')}, {.path = "b"}};
  EXPECT_NE(unpack(entries, Packing::gzip, {.max_bytes = 10'000}).error().message.find("10000 bytes"), std::string::npos);
  EXPECT_NE(unpack(entries, Packing::gzip, {.max_entries = 1}).error().message.find("1 entries"), std::string::npos);
  EXPECT_EQ(unpack({{.path = std::string(300, 'n')}}).error().code, "InvalidImage");
  std::stop_source stop;
  stop.request_stop();
  auto blob = make_layer(entries);
  ASSERT_TRUE(write_file_atomic(home_ + "/blob", blob));
  LayerSource source{.blob = home_ + "/blob", .digest = "sha256:" + sha256_hex(blob), .diff_id = "sha256:" + sha256_hex(blob)};
  EXPECT_EQ(unpack_layer(source, root_, {}, stop.get_token()).error().code, "CommandStopped");
}

}  // namespace
}  // namespace roadstead
