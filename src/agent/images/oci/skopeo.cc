#include "agent/images/oci/skopeo.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstdlib>

#include "agent/images/oci/manifest.h"
#include "agent/images/oci/pull_errors.h"
#include "base/data/encode.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"

extern char** environ;

namespace roadstead {

namespace {

namespace json = boost::json;

/// The credentials of one call as a file that is in memory only, and goes however the call ends.
class AuthFile {
 public:
  /// Without a path when the request has no credentials.
  static Result<AuthFile> make(const PullRequest& request, const ImageReference& reference) {
    AuthFile file;
    if (!request.credentials || !reference.in_registry()) return file;
    file.fd_ = Fd(::memfd_create("registry-auth", MFD_CLOEXEC));
    if (!file.fd_ || ::fchmod(file.fd_.get(), 0600) != 0) return system_error(errno, "make", "a file in memory");
    TRY(write_all(file.fd_.get(), render_authfile(reference.registry, *request.credentials)));
    return file;
  }

  /// As another process of ours opens it; empty for none.
  std::string path() const { return fd_ ? cat("/proc/", ::getpid(), "/fd/", fd_.get()) : std::string(); }

 private:
  Fd fd_;
};

/// Our environment with TMPDIR in the scratch directory: archives are unpacked there, not on a small /tmp.
std::vector<std::string> environment_with(const std::string& scratch) {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("TMPDIR=")) environment.emplace_back(*variable);
  }
  environment.push_back(cat("TMPDIR=", scratch));
  return environment;
}

/// The one manifest that a finished copy left in its index.json.
Result<std::string> copied_manifest(const std::string& directory) {
  std::string text = TRY(read_file(directory + "/index.json"));
  auto parsed = TRY(parse_manifest(text));
  const auto* index = std::get_if<Index>(&parsed);
  if (index == nullptr || index->entries.size() != 1) {
    return Error{.code = "InvalidImage", .message = "skopeo left no manifest in its index"};
  }
  return index->entries.front().manifest.digest;
}

}  // namespace

std::string render_authfile(const std::string& registry, const RegistryCredentials& credentials) {
  json::object one;
  one["auth"] = to_base64(cat(credentials.username, ':', credentials.password));
  json::object all;
  all[registry] = std::move(one);
  json::object document;
  document["auths"] = std::move(all);
  return json::serialize(document);
}

Result<std::string> Skopeo::run_skopeo(
    const PullRequest& request,
    const ImageReference& reference,
    std::vector<std::string> arguments,
    const std::string& scratch,
    std::stop_token stop
) const {
  std::vector<std::string> argv{settings_.program, "--override-os", request.platform.os};
  argv.insert(argv.end(), {"--override-arch", request.platform.architecture});
  if (!request.platform.variant.empty()) argv.insert(argv.end(), {"--override-variant", request.platform.variant});
  // The signature policy is the administrator's; a machine without one accepts every image, as Docker does.
  if (!exists("/etc/containers/policy.json")) argv.emplace_back("--insecure-policy");
  argv.insert(argv.end(), arguments.begin(), arguments.end());

  int retries = reference.in_registry() ? settings_.retries : 0;
  auto outcome = run({.argv = std::move(argv), .environment = environment_with(scratch), .max_output = std::size_t{16} << 20, .stop = std::move(stop)});
  if (!outcome) {
    if (outcome.error().code != "NotFound") return outcome.error();
    return Error{.code = "CannotPullContainerError",
                 .message = cat("failed to resolve ref ", request.reference, ": skopeo is not installed on this container instance")};
  }
  if (!outcome->ok()) return pull_error(request.reference, *outcome, retries);
  return std::move(outcome->out);
}

namespace {

/// The options that say how to reach the source; `prefix` is "src-" for copy.
void add_source_options(
    const ImageReference& reference,
    std::string_view prefix,
    int retries,
    const AuthFile& credentials,
    std::vector<std::string>& arguments
) {
  if (!reference.in_registry()) return;
  if (retries > 0) arguments.push_back(cat("--retry-times=", retries));
  if (reference.on_localhost()) arguments.push_back(cat("--", prefix, "tls-verify=false"));
  if (auto path = credentials.path(); !path.empty()) arguments.push_back(cat("--", prefix, "authfile=", path));
}

}  // namespace

Result<std::string> Skopeo::manifest_of(
    const PullRequest& request, const ImageReference& reference, const std::string& scratch, std::stop_token stop
) const {
  std::vector<std::string> arguments{"inspect", "--raw"};
  AuthFile credentials = TRY(AuthFile::make(request, reference));
  add_source_options(reference, "", settings_.retries, credentials, arguments);
  arguments.push_back(reference.skopeo_source());
  return run_skopeo(request, reference, std::move(arguments), scratch, std::move(stop));
}

Result<std::string> Skopeo::copy(
    const PullRequest& request,
    const ImageReference& reference,
    std::string_view pinned,
    const SkopeoTarget& target,
    std::stop_token stop
) const {
  std::vector<std::string> arguments{"copy", "--quiet", "--remove-signatures", "--dest-oci-accept-uncompressed-layers"};
  arguments.push_back(cat("--dest-shared-blob-dir=", target.blobs));
  AuthFile credentials = TRY(AuthFile::make(request, reference));
  add_source_options(reference, "src-", settings_.retries, credentials, arguments);
  arguments.push_back(reference.skopeo_source(pinned));
  arguments.push_back(cat("oci:", target.directory, ":image"));
  TRY(run_skopeo(request, reference, std::move(arguments), target.directory, std::move(stop)));
  return copied_manifest(target.directory);
}

}  // namespace roadstead
