#include "gateway/s3_request.h"

#include "aws/sign/aws_chunked.h"
#include "aws/wire/rest/rest_xml.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";
/// A chunk of the least size that clients send, 8 KiB, has some hundred bytes around it.
constexpr std::size_t framing_allowance = std::size_t{2} << 20;

Error too_large() {
  return {
      "EntityTooLarge",
      cat("Your proposed upload exceeds the maximum allowed size. Roadstead takes objects of at most ", longest_object, " bytes.")
  };
}

HttpResponse refuse_length() {
  return {.status = 400, .headers = {{"Content-Type", "application/xml"}}, .body = rest_xml::write_error(too_large(), "")};
}

bool is_hash(std::string_view text) { return text.size() == 64 && from_hex(text).has_value(); }

/// A request is as its client meant it once the framing of its body is gone and its trailers are headers.
Status remove_framing(HttpRequest& request, const SignatureClaim& claim, std::shared_ptr<const HmacKey> key) {
  auto told = std::string(request.header("x-amz-content-sha256"));
  if (told.empty()) {
    if (claim.presigned()) return Done{};
    return Error{"InvalidRequest", "Missing required header for this request: x-amz-content-sha256"};
  }
  if (is_hash(told) || told == unsigned_payload) return Done{};
  auto framing = chunk_framing_of(told);
  if (!framing && told.starts_with("STREAMING-")) {
    return Error{"NotImplemented", cat("Roadstead does not support ", told, '.')};
  }
  if (!framing) {
    return Error{"InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a name of a streaming payload, or a valid sha256 value."};
  }
  ChunkSigner signer{
      std::move(key), claim.signed_at_text, cat(claim.date, '/', claim.region, '/', claim.service, "/aws4_request"), claim.signature
  };
  auto decoded = TRY(decode_aws_chunked(request.body, *framing, signer));
  auto length = request.header("x-amz-decoded-content-length");
  if (!length.empty() && to_number<std::size_t>(length) != decoded.bytes.size()) {
    return Error{"InvalidRequest", "The value of x-amz-decoded-content-length is not the length of the body."};
  }
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& [name, value] : request.headers) headers.emplace_back(name, value);
  auto announced = to_lower(request.header("x-amz-trailer"));
  bool came = announced.empty();
  for (auto& trailer : decoded.trailers) {
    came = came || trailer.first == announced;
    // Nothing else of a request may come after its signature.
    if (trailer.first.starts_with("x-amz-checksum-")) headers.push_back(std::move(trailer));
  }
  if (!came) return Error{"MalformedTrailerError", cat("The request contained trailing data that was not well-formed: ", announced, " is missing.")};
  request.set_headers(headers);
  request.body = std::move(decoded.bytes);
  return Done{};
}

}  // namespace

std::string with_bucket_in_path(std::string_view target, std::string_view host, std::string_view api_host) {
  auto name = host.substr(0, host.find(':'));
  auto dot_and_host = cat('.', api_host);
  bool has_bucket = !api_host.empty() && name.size() > dot_and_host.size() &&
                    equal_ignoring_case(name.substr(name.size() - dot_and_host.size()), dot_and_host);
  if (!has_bucket) return std::string(target);
  return cat('/', to_lower(name.substr(0, name.size() - dot_and_host.size())), target.starts_with('/') ? "" : "/", target);
}

Status open_s3_body(HttpRequest& request, const SignatureClaim& claim, std::shared_ptr<const HmacKey> key) {
  TRY(remove_framing(request, claim, std::move(key)));
  if (request.body.size() <= longest_object) return Done{};
  return too_large();
}

BodyBound body_bound_of(std::string_view target, std::string_view authorization, const KeyRing& keys, std::size_t ordinary) {
  std::vector<HeaderView> headers;
  if (!authorization.empty()) headers = {{"authorization", authorization}, {"x-amz-date", "20000101T000000Z"}};
  auto claim = read_claim({"PUT", target, headers, ""});
  const auto* known = std::get_if<SignatureClaim>(&claim);
  if (known == nullptr || known->service != "s3" || keys.find(known->access_key) == nullptr) return {.bytes = ordinary};
  return {.bytes = longest_object + framing_allowance, .refuse = [] { return refuse_length(); }};
}

}  // namespace roadstead
