// Hostile Authorization headers, targets and headers through the claim reader and the verifier: nothing may crash,
// nothing may be found genuine, and canonical forms must be stable (canonical of canonical is itself).
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "aws/sign/sigv4.h"
#include "base/text/text.h"

using namespace roadstead;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static SigningKeyCache cache;
  std::string text(reinterpret_cast<const char*>(data), size);
  auto lines = split(text, '\n');
  RequestView request{.method = "POST", .target = lines[0], .headers = {}, .body = lines.back()};
  std::vector<HeaderView> headers;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    auto colon = lines[i].find(':');
    auto value = colon == std::string_view::npos ? std::string_view() : lines[i].substr(colon + 1);
    headers.emplace_back(lines[i].substr(0, colon), value);
  }
  request.headers = headers;
  auto read = read_claim(request);
  if (auto* claim = std::get_if<SignatureClaim>(&read)) {
    AccessKey key{.id = claim->access_key, .secret = "a secret that no input knows", .account = "1", .principal = "p"};
    if (!verify(request, *claim, key, "", claim->signed_at, cache)) std::abort();
  }
  auto query = canonical_query(lines[0], false);
  if (canonical_query(query, false) != query) std::abort();
  auto path = canonical_path(lines[0], PathRule::encode_once);
  if (canonical_path(path, PathRule::encode_once) != path) std::abort();
  return 0;
}
