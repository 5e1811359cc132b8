// Which GPUs the CDI files of a machine tell of, and what a container needs for some of them. A card is offered once, though
// files name it by number and by UUID. Pure; any thread. Reading the files is cdi_files.h.
#pragma once

#include <string>
#include <vector>

#include "agent/devices/cdi.h"
#include "base/result/result.h"

namespace roadstead {

/// A file of a CDI directory.
struct CdiFile {
  std::string path;
  CdiSpec spec;
};

/// The ids of the GPUs, each card once: its UUID if it has one ("GPU-…", "MIG-…"), otherwise its first name. Names of one
/// kind that have the same device nodes are one card; the name "all" is none. Where makers use one name for different cards,
/// the later card's id is the whole name, "amd.com/gpu=0". `files` by rank: the first that names a device has the say. Files
/// whose kind does not end in "/gpu" tell of no GPU.
std::vector<std::string> gpu_ids(const std::vector<CdiFile>& files);

/// What a container gets that has the GPUs `ids`: of each file that names one what all its devices need, then what the device
/// needs. Errors: GpuUnknown, no file tells of it, with a sentence.
Result<CdiEdits> gpu_edits(const std::vector<CdiFile>& files, const std::vector<std::string>& ids);

}  // namespace roadstead
