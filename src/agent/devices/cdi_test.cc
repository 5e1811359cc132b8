#include "agent/devices/cdi.h"

#include <gtest/gtest.h>

#include "base/text/text.h"

namespace roadstead {
namespace {

using Words = std::vector<std::string>;

/// As `nvidia-ctk cdi generate --format=json` writes it, shortened.
constexpr std::string_view nvidia = R"({
  "cdiVersion": "0.5.0",
  "kind": "nvidia.com/gpu",
  "annotations": {"made.by": "somebody"},
  "devices": [
    {"name": "0", "containerEdits": {"deviceNodes": [
      {"path": "/dev/nvidia0", "hostPath": "/dev/nvidia0", "type": "c", "major": 195, "minor": 0, "permissions": "rw",
       "fileMode": 438, "uid": 0, "gid": 44},
      {"path": "/dev/dri/card1"}]}},
    {"name": "all", "containerEdits": {"deviceNodes": null}}
  ],
  "containerEdits": {
    "env": ["NVIDIA_VISIBLE_DEVICES=void", "EMPTY="],
    "deviceNodes": [{"path": "/dev/nvidiactl", "hostPath": "/host/nvidiactl", "type": "u"}],
    "mounts": [{"hostPath": "/usr/lib/libcuda.so.1", "containerPath": "/usr/lib/libcuda.so.1", "options": ["ro", "nosuid", "bind"]},
               {"hostPath": "tmpfs", "containerPath": "/proc/driver/nvidia", "type": "tmpfs"}],
    "hooks": [{"hookName": "createContainer", "path": "/usr/bin/nvidia-cdi-hook", "args": ["nvidia-cdi-hook", "update-ldcache"],
               "env": ["DEBUG=false"], "timeout": 5}],
    "additionalGids": [44, 109],
    "intelRdt": {"closID": "x"}
  }
})";

TEST(ParseCdi, ReadsWhatMakersWrite) {
  auto spec = parse_cdi(nvidia);
  ASSERT_TRUE(spec) << spec.error().message;
  CdiDeviceNode card{"/dev/nvidia0", "/dev/nvidia0", 'c', 195, 0, "rw", 0666, 0, 44};
  CdiDeviceNode control{"/dev/nvidiactl", "/host/nvidiactl", 'c'};
  CdiEdits common{.env = {"NVIDIA_VISIBLE_DEVICES=void", "EMPTY="}, .nodes = {control}};
  common.mounts = {{"/usr/lib/libcuda.so.1", "/usr/lib/libcuda.so.1", "", {"ro", "nosuid", "bind"}}, {"tmpfs", "/proc/driver/nvidia", "tmpfs"}};
  common.hooks = {{"createContainer", "/usr/bin/nvidia-cdi-hook", {"nvidia-cdi-hook", "update-ldcache"}, {"DEBUG=false"}, 5}};
  common.additional_gids = {44, 109};
  CdiSpec wanted{.kind = "nvidia.com/gpu", .devices = {{"0", {.nodes = {card, {"/dev/dri/card1", "/dev/dri/card1"}}}}, {"all"}}, .edits = common};
  EXPECT_EQ(*spec, wanted);
}

TEST(ParseCdi, TakesTheLeast) {
  auto spec = parse_cdi(R"({"cdiVersion": "1.1.0", "kind": "v.com/c"})");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(*spec, CdiSpec{.kind = "v.com/c"});
}

/// What is said of a file whose `member` stands in the edits of its only device.
std::string refusal_of_edit(std::string_view member) {
  auto text = cat(R"({"cdiVersion": "0.6.0", "kind": "v.com/gpu", "devices": [{"name": "0", "containerEdits": {)", member, "}}]}");
  auto spec = parse_cdi(text);
  return spec ? "taken" : spec.error().message;
}

TEST(ParseCdi, SaysWhereAnEditIsMalformed) {
  const std::string at = "devices[0].containerEdits.";
  EXPECT_EQ(refusal_of_edit(R"("env": ["A=1"])"), "taken");
  EXPECT_EQ(refusal_of_edit(R"("env": "A=1")"), at + "env: must be a list");
  EXPECT_EQ(refusal_of_edit(R"("env": ["A=1", "B"])"), at + "env[1]: must be NAME=value");
  EXPECT_EQ(refusal_of_edit(R"("env": ["=1"])"), at + "env[0]: must be NAME=value");
  EXPECT_EQ(refusal_of_edit(R"("env": ["A=\u0000"])"), at + "env[0]: must not hold the character NUL");
  EXPECT_EQ(refusal_of_edit(R"("deviceNodes": [7])"), at + "deviceNodes[0]: must be an object");
  EXPECT_EQ(refusal_of_edit(R"("deviceNodes": [{"hostPath": "/dev/x"}])"), at + "deviceNodes[0].path: is needed");
  EXPECT_EQ(refusal_of_edit(R"("deviceNodes": [{"path": "dev/x"}])"), at + "deviceNodes[0].path: must be an absolute path, not 'dev/x'");
  EXPECT_EQ(refusal_of_edit(R"("deviceNodes": [{"path": "/dev/x", "type": "d"}])"), at + "deviceNodes[0].type: must be c, b, u or p, not 'd'");
  EXPECT_EQ(refusal_of_edit(R"("deviceNodes": [{"path": "/dev/x", "permissions": "rx"}])"),
            at + "deviceNodes[0].permissions: must be of the letters r, w and m");
  EXPECT_EQ(refusal_of_edit(R"("deviceNodes": [{"path": "/dev/x", "fileMode": 4096}])"),
            at + "deviceNodes[0].fileMode: must be a number from 0 to 4095");
  EXPECT_EQ(refusal_of_edit(R"("deviceNodes": [{"path": "/dev/x", "major": -1}])"),
            at + "deviceNodes[0].major: must be a number from 0 to 4294967295");
  EXPECT_EQ(refusal_of_edit(R"("mounts": [{"containerPath": "/x"}])"), at + "mounts[0].hostPath: is needed");
  EXPECT_EQ(refusal_of_edit(R"("mounts": [{"hostPath": "x", "containerPath": "/x"}])"), at + "mounts[0].hostPath: must be an absolute path");
  EXPECT_EQ(refusal_of_edit(R"("mounts": [{"hostPath": "/x", "containerPath": "/x", "type": "ext4"}])"),
            at + "mounts[0].type: must be bind or tmpfs, not 'ext4'");
  EXPECT_EQ(refusal_of_edit(R"("hooks": [{"hookName": "afterwards", "path": "/x"}])"),
            at + "hooks[0].hookName: there is no hook 'afterwards' in the life of a container");
  EXPECT_EQ(refusal_of_edit(R"("hooks": [{"hookName": "poststart", "path": "/x", "timeout": 0}])"),
            at + "hooks[0].timeout: must be a number from 1 to 86400");
  EXPECT_EQ(refusal_of_edit(R"("additionalGids": ["video"])"), at + "additionalGids[0]: must be a number from 0 to 4294967295");
}

TEST(ParseCdi, SaysWhatElseIsMalformed) {
  auto refusal = [](std::string_view text) { return parse_cdi(text).error().message; };
  EXPECT_TRUE(refusal("cdiVersion: 0.5.0").starts_with("this is not JSON: "));
  EXPECT_EQ(refusal("[]"), "a CDI file must be a JSON object");
  EXPECT_EQ(refusal("{}"), "cdiVersion: is needed");
  EXPECT_EQ(refusal(R"({"cdiVersion": "2.0.0"})"), "cdiVersion: is '2.0.0'; versions 0.3.0 to 1.1.0 are known");
  EXPECT_EQ(refusal(R"({"cdiVersion": "0.5.0", "kind": "gpu"})"), "kind: must be like vendor.com/class, not 'gpu'");
  EXPECT_EQ(refusal(R"({"cdiVersion": "0.5.0", "kind": 5})"), "kind: must be a text");
  EXPECT_EQ(refusal(R"({"cdiVersion": "0.5.0", "kind": "v.com/gpu", "devices": {}})"), "devices: must be a list");
  EXPECT_EQ(refusal(R"({"cdiVersion": "0.5.0", "kind": "v.com/gpu", "devices": [{"name": "a,b"}]})"),
            "devices[0].name: 'a,b' is no name of a device: letters, digits and, between them, _ - . :");
  EXPECT_EQ(parse_cdi("{}").error().code, "MalformedCdi");
}

}  // namespace
}  // namespace roadstead
