// Reads the CDI files of this machine. They are few and small, and read whenever a container needs a device: what is
// generated anew counts from the next start on. Any thread; blocks. What a file says is cdi.h.
#pragma once

#include <string>
#include <vector>

#include "agent/devices/gpus.h"

namespace roadstead {

struct CdiFound {
  /// By rank: the last directory first, in each by name.
  std::vector<CdiFile> files;
  /// A sentence for each file that could not be taken, and why.
  std::vector<std::string> warnings;
};

/// The *.json of `directories`, which need not be there. A later directory hides files of the same name in earlier ones.
/// YAML is not read; a file of it without a sibling in JSON is warned of.
CdiFound read_cdi_files(const std::vector<std::string>& directories);

}  // namespace roadstead
