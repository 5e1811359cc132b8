#include "agent/devices/gpus.h"

#include <gtest/gtest.h>

#include "agent/devices/cdi_files.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

using Words = std::vector<std::string>;

CdiDevice device(std::string name, Words nodes) {
  CdiDevice out{.name = std::move(name)};
  for (auto& node : nodes) out.edits.nodes.push_back({node, node});
  return out;
}

CdiFile file(std::string kind, std::vector<CdiDevice> devices) {
  return {.path = "/cdi/x.json", .spec = {.kind = std::move(kind), .devices = std::move(devices)}};
}

Words paths_of(const CdiEdits& edits) {
  Words out;
  for (const auto& node : edits.nodes) out.push_back(node.path);
  return out;
}

TEST(GpuIds, ACardIsOfferedOnceByItsUuid) {
  auto nvidia = file("nvidia.com/gpu", {device("0", {"/dev/nvidia0", "/dev/dri/card0"}), device("1", {"/dev/nvidia1"}),
                                        device("GPU-aa", {"/dev/dri/card0", "/dev/nvidia0"}), device("GPU-bb", {"/dev/nvidia1"}),
                                        device("all", {"/dev/nvidia0", "/dev/nvidia1"})});
  EXPECT_EQ(gpu_ids({nvidia}), (Words{"GPU-aa", "GPU-bb"}));
  EXPECT_EQ(gpu_ids({file("amd.com/gpu", {device("0", {"/dev/dri/card0"}), device("1", {"/dev/dri/card1"}), device("all", {})})}),
            (Words{"0", "1"}));
}

TEST(GpuIds, OtherKindsAreNoGpusAndAllAloneIsNone) {
  EXPECT_EQ(gpu_ids({file("intel.com/qat", {device("0", {"/dev/qat"})}), file("nvidia.com/gpu", {device("all", {"/dev/dxg"})})}), Words{});
  EXPECT_EQ(gpu_ids({}), Words{});
}

TEST(GpuIds, DevicesWithoutNodesAreNotTakenForOne) {
  EXPECT_EQ(gpu_ids({file("v.com/gpu", {device("a", {}), device("b", {})})}), (Words{"a", "b"}));
}

TEST(GpuIds, WhatTwoMakersNameAlikeHasItsWholeName) {
  auto amd = file("amd.com/gpu", {device("0", {"/dev/dri/card0"})});
  auto intel = file("intel.com/gpu", {device("0", {"/dev/dri/card1"})});
  EXPECT_EQ(gpu_ids({amd, intel}), (Words{"0", "intel.com/gpu=0"}));
  EXPECT_EQ(paths_of(gpu_edits({amd, intel}, {"intel.com/gpu=0"}).value()), Words{"/dev/dri/card1"});
  EXPECT_EQ(paths_of(gpu_edits({amd, intel}, {"0"}).value()), Words{"/dev/dri/card0"});
}

TEST(GpuEdits, CommonOnesComeOnceAndFirst) {
  auto nvidia = file("nvidia.com/gpu", {device("0", {"/dev/nvidia0"}), device("1", {"/dev/nvidia1"}), device("GPU-bb", {"/dev/nvidia1"})});
  nvidia.spec.edits.nodes = {{"/dev/nvidiactl", "/dev/nvidiactl"}};
  EXPECT_EQ(paths_of(gpu_edits({nvidia}, {"GPU-bb", "0"}).value()), (Words{"/dev/nvidiactl", "/dev/nvidia1", "/dev/nvidia0"}));
  EXPECT_EQ(paths_of(gpu_edits({nvidia}, {"1"}).value()), (Words{"/dev/nvidiactl", "/dev/nvidia1"})) << "a card's other name";
  EXPECT_EQ(gpu_edits({nvidia}, {}).value(), CdiEdits{});
  auto gone = gpu_edits({nvidia}, {"0", "GPU-cc"});
  EXPECT_EQ(gone.error(), (Error{"GpuUnknown", "no CDI file tells of GPU GPU-cc"}));
}

/// Two directories of CDI files that go with it.
class CdiFiles : public testing::Test {
 protected:
  ~CdiFiles() override { static_cast<void>(remove_tree(top)); }

  void write(const std::string& name, const std::string& text) {
    auto path = cat(top, "/", name);
    ASSERT_TRUE(make_directories(path.substr(0, path.rfind('/'))));
    ASSERT_TRUE(write_file_atomic(path, text));
  }

  void write_card(const std::string& name, const std::string& node) {
    write(name, cat(R"({"cdiVersion": "0.5.0", "kind": "v.com/gpu", "devices": [{"name": "0", "containerEdits": )",
                    R"({"deviceNodes": [{"path": ")", node, R"("}]}}]})"));
  }

  std::string top = make_temporary_directory("/tmp", "roadstead-cdi-").value();
  Words directories{cat(top, "/etc"), cat(top, "/run")};
};

TEST_F(CdiFiles, TheLastDirectoryHasTheSay) {
  write_card("etc/a.json", "/dev/old");
  write_card("etc/b.json", "/dev/also-old");
  write_card("run/a.json", "/dev/new");
  auto found = read_cdi_files(directories);
  ASSERT_EQ(found.files.size(), 2U);
  EXPECT_EQ(found.files.front().path, cat(top, "/run/a.json"));
  EXPECT_EQ(gpu_ids(found.files), Words{"0"});
  EXPECT_EQ(paths_of(gpu_edits(found.files, {"0"}).value()), Words{"/dev/new"});
  EXPECT_EQ(found.warnings, Words{});
}

TEST_F(CdiFiles, WhatCannotBeTakenIsToldAndDisturbsNothing) {
  write_card("etc/good.json", "/dev/good");
  write("etc/bad.json", "{");
  write("etc/nvidia.yaml", "cdiVersion: 0.5.0");
  write("etc/good.yaml", "cdiVersion: 0.5.0");
  write("etc/notes.txt", "nothing");
  auto found = read_cdi_files(directories);
  EXPECT_EQ(gpu_ids(found.files), Words{"0"});
  ASSERT_EQ(found.warnings.size(), 2U);
  EXPECT_TRUE(found.warnings[0].starts_with(cat(top, "/etc/bad.json is passed over: this is not JSON"))) << found.warnings[0];
  EXPECT_EQ(found.warnings[1], cat(top, "/etc/nvidia.yaml is YAML, which is not read: make it JSON, nvidia-ctk cdi generate --format=json --output=",
                                   top, "/etc/nvidia.json"));
}

}  // namespace
}  // namespace roadstead
