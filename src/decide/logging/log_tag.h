// Tags of log lines: Docker's templates of what a container is. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace roadstead {

/// What templates may speak of. `image_id` is "sha256:…".
struct LogTagFacts {
  std::string container_id = {};
  std::string container_name = {};
  std::string image_name = {};
  std::string image_id = {};
};

/// Whether every {{…}} of a tag is known.
bool is_log_tag(std::string_view tag);

/// "{{.ID}}, {{.FullID}}, …", for messages.
std::string known_log_tags();

/// The tag with what its templates stand for; an unknown one stands for nothing. An empty tag is "{{.ID}}".
std::string render_log_tag(std::string_view tag, const LogTagFacts& facts);

}  // namespace roadstead
