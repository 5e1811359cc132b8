// Makes small images for tests: layers as tars, OCI layouts and archives, sound or damaged on purpose.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "agent/images/port.h"

namespace roadstead::test {

/// One entry of a layer. `kind` as tar shows it: '-' file, 'd', 'l' link, 'h' hard link, 'c' device 1:3, 'p' fifo.
struct Entry {
  std::string path;
  char kind = '-';
  std::string content = {};  // of a file; the target of a link
  int mode = 0644;
  std::int64_t uid = 0;
  std::vector<std::pair<std::string, std::string>> xattrs = {};
};

enum class Packing { plain, gzip, zstd };

/// The tar of these entries, in this order, packed.
std::string make_layer(const std::vector<Entry>& entries, Packing packing = Packing::plain);

/// An image to write: `layers` are plain tars.
struct ImageSpec {
  std::vector<std::string> layers;
  std::string config_json = R"({"Env":["A=b"],"Entrypoint":["/bin/sh"],"Cmd":["-c","true"],"User":"1:2","WorkingDir":"/w",)"
                            R"("StopSignal":"SIGQUIT","Labels":{"k":"v"},"Volumes":{"/data":{}},"ExposedPorts":{"80/tcp":{}}})";
  std::string architecture = host_platform().architecture;
};

/// Writes an OCI layout of the images into `directory`; with several, an index that names their platforms.
/// Returns the digest of the manifest (one image) or of the index (several).
std::string write_layout(const std::string& directory, const std::vector<ImageSpec>& images, const std::string& tag = "test");

/// An oci-archive of one image at `path`; returns the digest of its manifest.
std::string write_archive(const std::string& path, const ImageSpec& image);

}  // namespace roadstead::test
