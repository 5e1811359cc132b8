#include <limits.h>
#include <stdlib.h>

#include <boost/json.hpp>
#include <cstdio>

#include "admin_client.h"
#include "base/data/encode.h"
#include "base/text/text.h"
#include "commands.h"
#include "serve_settings.h"

namespace roadstead {

namespace {

namespace json = boost::json;

constexpr const char* usage_text =
    "usage: roadstead image load PATH --name NAME [--platform OS/ARCHITECTURE]\n"
    "                                               load a docker-archive, oci-archive or root filesystem directory\n"
    "       roadstead image list\n"
    "       roadstead image remove NAME\n\n";

std::string absolute(const std::string& path) {
  char buffer[PATH_MAX];
  return ::realpath(path.c_str(), buffer) == nullptr ? path : std::string(buffer);
}

void print_images(const json::array& images) {
  std::printf("%-40s %-20s %10s\n", "NAME", "DIGEST", "SIZE");
  for (const auto& item : images) {
    const auto& image = item.as_object();
    auto digest = std::string(image.at("digest").as_string());
    std::printf("%-40s %-20s %7lld MiB\n", image.at("name").as_string().c_str(), digest.substr(0, 19).c_str(),
                static_cast<long long>(image.at("size").to_number<std::int64_t>() >> 20));
  }
}

Result<json::value> ask(const Arguments& arguments) {
  auto state = arguments.get("state", default_state_directory());
  const auto& words = arguments.words();
  auto verb = words.empty() ? std::string() : words[0];
  if (verb == "list" && words.size() == 1) return ask_server(state, "GET", "/admin/images");
  if (verb == "load" && words.size() == 2 && arguments.has("name")) {
    return ask_server(state, "POST", cat("/admin/images?path=", percent_encode(absolute(words[1])),
                                         "&name=", percent_encode(arguments.get("name", "")), "&platform=",
                                         percent_encode(arguments.get("platform", ""))));
  }
  if (verb == "remove" && words.size() == 2) {
    return ask_server(state, "DELETE", cat("/admin/images?name=", percent_encode(words[1])));
  }
  return Error{"Usage", usage_text};
}

}  // namespace

/// Loads, lists and removes images that came from no registry.
int run_image(const Words& words) {
  auto options = with_common_options({{"name", "NAME", "what `image` members of task definitions call it, such as nginx:demo"},
                                      {"platform", "PLATFORM", "what it is built for, such as linux/arm64 (this machine's own)"}});
  auto arguments = Arguments::parse_with_words(words, options);
  if (!arguments) return fail(arguments.error());
  if (arguments->has("help")) {
    std::printf("%s%s", usage_text, help_of(options).c_str());
    return 0;
  }
  auto answer = ask(*arguments);
  if (!answer) return fail(answer.error());
  if (arguments->has("json")) {
    std::printf("%s\n", json::serialize(*answer).c_str());
  } else if (answer->is_array()) {
    print_images(answer->as_array());
  } else if (const auto* digest = answer->as_object().if_contains("digest")) {
    std::printf("loaded %s %s\n", arguments->get("name", "").c_str(), digest->as_string().c_str());
  } else {
    std::printf("removed %s\n", arguments->words()[1].c_str());
  }
  return 0;
}

}  // namespace roadstead
