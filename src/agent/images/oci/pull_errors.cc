#include "agent/images/oci/pull_errors.h"

#include <array>

#include "agent/images/oci/reference.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::string_view code = "CannotPullContainerError";

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

template <std::size_t N>
bool has_any(std::string_view text, const std::array<std::string_view, N>& parts) {
  for (auto part : parts) {
    if (has(text, part)) return true;
  }
  return false;
}

constexpr std::array<std::string_view, 4> no_space_texts{"no space left on device", "disk quota exceeded", "NoSpace", "file too large"};
constexpr std::array<std::string_view, 6> refused_texts{"unauthorized", "authentication required", "denied", "invalid username/password",
                                                        "unable to retrieve auth token", "status: 403"};
constexpr std::array<std::string_view, 5> unknown_texts{
    "manifest unknown", "name unknown", "not found", "does not exist", "no such file or directory"};
constexpr std::array<std::string_view, 3> platform_texts{
    "no image found in manifest list", "no image found in image index", "does not contain descriptor matching platform"};

/// Undoes the escapes of a Go quoted string that begins after its first quote; ends at the closing one.
std::string unquote(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      out.push_back(text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i]);
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

Error not_found(std::string_view reference, std::string_view said) {
  auto parsed = parse_image_reference(reference);
  if (parsed && !parsed->in_registry()) {
    return {.code = std::string(code),
            .message = cat("manifest for ", reference, " not found: ", said, ". Check the path and the name after it.")};
  }
  return {.code = std::string(code),
          .message = cat("manifest for ",
                         reference,
                         " not found: manifest unknown: manifest unknown. Check the repository and the tag; an image that "
                         "was built here must be loaded under that name first.")};
}

Error refused(std::string_view reference, std::string_view said) {
  return {.code = std::string(code),
          .message = cat("pull access denied for ",
                         reference,
                         ", repository does not exist or may require 'docker login': denied: ",
                         said,
                         ". Name a secret with the registry's user name and password in repositoryCredentials.")};
}

Error from_text(std::string_view reference, std::string_view said, int retries) {
  if (has_any(said, no_space_texts)) {
    return {.code = std::string(code),
            .message = cat("failed to write the layers of ", reference, ": no space left on device. Remove images or enlarge the disk.")};
  }
  if (has(said, "toomanyrequests") || has(said, "too many requests") || has(said, "Too Many Requests")) {
    return {.code = std::string(code),
            .message = cat("pull of ", reference, " refused: toomanyrequests: You have reached your pull rate limit: ", said)};
  }
  if (has_any(said, refused_texts)) return refused(reference, said);
  if (has_any(said, platform_texts)) {
    return {.code = std::string(code), .message = cat("image Manifest does not contain descriptor matching platform: ", said)};
  }
  if (has_any(said, unknown_texts) && !has(said, "no such host")) return not_found(reference, said);
  auto detail = said.empty() ? std::string("skopeo gave no reason") : std::string(said);
  if (retries > 0) {
    return {.code = std::string(code),
            .message = cat("pull image manifest has been retried ", retries, " time(s): failed to resolve ref ", reference, ": ", detail)};
  }
  return {.code = std::string(code), .message = cat("failed to resolve ref ", reference, ": ", detail)};
}

}  // namespace

std::string skopeo_message(std::string_view standard_error) {
  std::string_view last;
  std::string_view fatal;
  for (auto line : split(standard_error, '\n')) {
    if (trim(line).empty()) continue;
    last = trim(line);
    if (has(line, "level=fatal") && has(line, "msg=")) fatal = line;
  }
  if (fatal.empty()) return std::string(last);
  auto message = fatal.substr(fatal.find("msg=") + 4);
  return message.starts_with('"') ? unquote(message.substr(1)) : std::string(trim(message));
}

Error pull_error(std::string_view reference, const CommandOutcome& outcome, int retries) {
  if (outcome.stopped) return pull_cancelled(reference);
  auto error = from_text(reference, skopeo_message(outcome.err), retries);
  error.detail = outcome.err;
  return error;
}

Error pull_error(std::string_view reference, const Error& cause) {
  if (cause.code == code || cause.code == "DockerTimeoutError") return cause;
  if (cause.code == "CommandStopped") return pull_cancelled(reference);
  if (cause.code == "NoSpace") {
    auto error = from_text(reference, "no space left on device", 0);
    error.detail = cause.message;
    return error;
  }
  return {.code = std::string(code),
          .message = cat("failed to register the layers of ", reference, ": ", cause.message),
          .detail = cause.detail};
}

Error pull_timed_out(Duration waited) {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(waited).count();
  auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(waited).count();
  std::string text;
  if (seconds >= 3600) text = cat(seconds / 3600, 'h');
  if (seconds >= 60) text += cat(seconds / 60 % 60, 'm');
  text += seconds > 0 ? cat(seconds % 60, 's') : cat(millis, "ms");
  return {.code = "DockerTimeoutError", .message = cat("Could not transition to pulled; timed out after waiting ", text)};
}

Error pull_cancelled(std::string_view reference) {
  return {.code = std::string(code), .message = cat("pull of ", reference, " ended: context canceled")};
}

bool pull_may_succeed_later(const Error& error) {
  constexpr std::array<std::string_view, 4> lasting{
      "pull access denied", "manifest unknown", "matching platform", "invalid reference"};
  return !has_any(error.message, lasting);
}

}  // namespace roadstead
