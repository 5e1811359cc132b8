#include "aws/sign/sigv4.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "base/data/encode.h"
#include "base/data/hash.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr Duration longest_skew = std::chrono::minutes(15);
constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

PathRule path_rule_of(std::string_view service) {
  return service == "s3" ? PathRule::encode_once : PathRule::encode_twice;
}

std::string scope_of(std::string_view date, std::string_view region, std::string_view service) {
  return cat(date, '/', region, '/', service, "/aws4_request");
}

HmacKey derive(const std::string& secret, std::string_view date, std::string_view region, std::string_view service) {
  auto dated = HmacKey(cat("AWS4", secret)).mac(date);
  auto regional = HmacKey(as_text(dated)).mac(region);
  auto of_service = HmacKey(as_text(regional)).mac(service);
  auto last = HmacKey(as_text(of_service)).mac("aws4_request");
  return HmacKey(as_text(last));
}

SignatureRefusal wrong(std::string message) { return {SignatureProblem::wrong_signature, std::move(message)}; }

/// The payload hash that was signed: the header's word for it, else the hash of the body.
std::string signed_payload_hash(const RequestView& request, const SignatureClaim& claim) {
  auto told = header_of(request.headers, "x-amz-content-sha256");
  if (!told.empty()) return std::string(told);
  if (claim.presigned() && claim.service == "s3") return std::string(unsigned_payload);
  return hex_of(fast_sha256(request.body));
}

std::optional<SignatureRefusal> check_token(const SignatureClaim& claim, const AccessKey& key, Instant now) {
  // Also a token that comes with a long-term key is refused: AWS does, and it is a client's mix-up of two profiles.
  if (!equal_in_constant_time(claim.session_token, key.session_token)) return unknown_key_refusal();
  if (key.expires && *key.expires <= now) {
    return SignatureRefusal{SignatureProblem::token_expired, "The security token included in the request is expired"};
  }
  return std::nullopt;
}

std::optional<SignatureRefusal> check_scope(const SignatureClaim& claim, std::string_view service) {
  if (!service.empty() && claim.service != service) {
    return SignatureRefusal{
        SignatureProblem::wrong_scope, cat("Credential should be scoped to correct service: '", service, "'. ")
    };
  }
  bool region_is_sound =
      !claim.region.empty() && claim.region.size() <= 64 && std::ranges::all_of(claim.region, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  if (!region_is_sound) {
    return SignatureRefusal{
        SignatureProblem::wrong_scope, cat("Credential should be scoped to a valid region, not '", claim.region, "'. ")
    };
  }
  auto day = std::string_view(claim.signed_at_text).substr(0, 8);
  if (claim.date != day) {
    return SignatureRefusal{
        SignatureProblem::wrong_scope,
        cat("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '", claim.date,
            "' != '", day, "', from '", claim.signed_at_text, "'.")
    };
  }
  return std::nullopt;
}

std::optional<SignatureRefusal> check_clock(const SignatureClaim& claim, Instant now) {
  auto allowed = claim.good_for.value_or(longest_skew);
  auto now_text = format_basic_iso8601(now);
  if (claim.signed_at + allowed < now) {
    bool whole_minutes = allowed.count() % 60'000'000 == 0;
    auto span = whole_minutes ? cat(allowed.count() / 60'000'000, " min.") : cat(allowed.count() / 1'000'000, " sec.");
    return SignatureRefusal{
        claim.presigned() ? SignatureProblem::link_expired : SignatureProblem::clock_skew,
        cat("Signature expired: ", claim.signed_at_text, " is now earlier than ", format_basic_iso8601(now - allowed),
            " (", now_text, " - ", span, ")")
    };
  }
  if (now + longest_skew < claim.signed_at) {
    return SignatureRefusal{
        SignatureProblem::clock_skew, cat("Signature not yet current: ", claim.signed_at_text, " is still later than ",
                                          format_basic_iso8601(now + longest_skew), " (", now_text, " + 15 min.)")
    };
  }
  return std::nullopt;
}

bool lists(std::string_view signed_headers, std::string_view name) {
  while (!signed_headers.empty()) {
    auto semicolon = signed_headers.find(';');
    if (equal_ignoring_case(signed_headers.substr(0, semicolon), name)) return true;
    if (semicolon == std::string_view::npos) return false;
    signed_headers.remove_prefix(semicolon + 1);
  }
  return false;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

/// A header that names or changes what is asked must be signed, or whoever carries the request could add it.
std::optional<SignatureRefusal> check_signed_headers(const RequestView& request, const SignatureClaim& claim) {
  if (!lists(claim.signed_headers, "host")) {
    return wrong("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const auto& [name, value] : request.headers) {
    if (starts_with_ignoring_case(name, "x-amz-") && !lists(claim.signed_headers, name)) {
      return wrong(cat("'", name, "' must be a 'SignedHeader' in the AWS Authorization."));
    }
  }
  return std::nullopt;
}

std::optional<SignatureRefusal> check_body(const RequestView& request) {
  auto told = header_of(request.headers, "x-amz-content-sha256");
  bool is_a_hash = told.size() == 64 && from_hex(told).has_value();
  if (!is_a_hash) {
    // The streaming forms carry their own checks in the body, for whoever decodes it.
    bool known = told.empty() || told == unsigned_payload || told.starts_with("STREAMING-");
    if (known) return std::nullopt;
  } else if (equal_ignoring_case(told, hex_of(fast_sha256(request.body)))) {
    return std::nullopt;
  }
  return SignatureRefusal{
      SignatureProblem::body_mismatch, "The provided 'x-amz-content-sha256' header does not match what was computed."
  };
}

std::string hex_mac(const HmacKey& key, std::string_view text) { return hex_of(key.mac(text)); }

bool is_signed_by_us(std::string_view lower_name) {
  return lower_name == "host" || lower_name == "content-type" || lower_name.starts_with("x-amz-");
}

}  // namespace

SignatureRefusal unknown_key_refusal() {
  return {SignatureProblem::unknown_key, "The security token included in the request is invalid."};
}

std::shared_ptr<const HmacKey> SigningKeyCache::key_for(
    const std::string& secret,
    std::string_view access_key,
    std::string_view date,
    std::string_view region,
    std::string_view service
) {
  auto name = cat(access_key, '/', date, '/', region, '/', service);
  {
    std::shared_lock lock(mutex_);
    auto found = entries_.find(name);
    if (found != entries_.end() && equal_in_constant_time(found->second.secret, secret)) return found->second.key;
  }
  auto key = std::make_shared<const HmacKey>(derive(secret, date, region, service));
  std::unique_lock lock(mutex_);
  if (entries_.size() >= most_keys) entries_.clear();
  entries_[std::move(name)] = {secret, key};
  return key;
}

std::optional<SignatureRefusal> verify(
    const RequestView& request,
    const SignatureClaim& claim,
    const AccessKey& key,
    std::string_view service,
    Instant now,
    SigningKeyCache& cache
) {
  if (auto refusal = check_token(claim, key, now)) return refusal;
  if (auto refusal = check_scope(claim, service)) return refusal;
  if (auto refusal = check_clock(claim, now)) return refusal;
  if (auto refusal = check_signed_headers(request, claim)) return refusal;
  auto canonical = canonical_request(
      request, path_rule_of(claim.service), claim.presigned(), claim.signed_headers, signed_payload_hash(request, claim)
  );
  auto text = string_to_sign(claim.signed_at_text, scope_of(claim.date, claim.region, claim.service), canonical);
  auto signing_key = cache.key_for(key.secret, key.id, claim.date, claim.region, claim.service);
  if (!equal_in_constant_time(hex_mac(*signing_key, text), claim.signature)) {
    return wrong(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
        "Key and signing method. Consult the service documentation for details."
    );
  }
  return check_body(request);
}

std::vector<std::pair<std::string, std::string>> sign(
    const RequestView& request,
    const SigningCredentials& credentials,
    std::string_view region,
    std::string_view service,
    Instant now,
    SigningKeyCache& cache
) {
  std::vector<std::pair<std::string, std::string>> added;
  auto date = format_basic_iso8601(now);
  added.emplace_back("x-amz-date", date);
  if (!credentials.session_token.empty()) added.emplace_back("x-amz-security-token", credentials.session_token);
  std::vector<HeaderView> headers(request.headers.begin(), request.headers.end());
  for (const auto& [name, value] : added) headers.emplace_back(name, value);
  std::set<std::string> names;
  for (const auto& [name, value] : headers) {
    auto lower_name = to_lower(name);
    if (is_signed_by_us(lower_name)) names.insert(std::move(lower_name));
  }
  auto signed_headers = join({names.begin(), names.end()}, ";");
  RequestView whole{request.method, request.target, headers, request.body};
  auto told = header_of(request.headers, "x-amz-content-sha256");
  auto payload = told.empty() ? hex_of(fast_sha256(request.body)) : std::string(told);
  auto day = std::string_view(date).substr(0, 8);
  auto scope = scope_of(day, region, service);
  auto text =
      string_to_sign(date, scope, canonical_request(whole, path_rule_of(service), false, signed_headers, payload));
  auto key = cache.key_for(credentials.secret, credentials.access_key, day, region, service);
  added.emplace_back(
      "authorization", cat("AWS4-HMAC-SHA256 Credential=", credentials.access_key, '/', scope,
                           ", SignedHeaders=", signed_headers, ", Signature=", hex_mac(*key, text))
  );
  return added;
}

std::string presign(
    const RequestView& request,
    const SigningCredentials& credentials,
    std::string_view region,
    std::string_view service,
    Instant now,
    Duration good_for,
    SigningKeyCache& cache
) {
  auto date = format_basic_iso8601(now);
  auto day = std::string_view(date).substr(0, 8);
  auto scope = scope_of(day, region, service);
  bool has_query = request.target.find('?') != std::string_view::npos;
  auto target =
      cat(request.target, has_query ? '&' : '?',
          "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=", percent_encode(cat(credentials.access_key, '/', scope)),
          "&X-Amz-Date=", date, "&X-Amz-Expires=", good_for.count() / 1'000'000, "&X-Amz-SignedHeaders=host");
  if (!credentials.session_token.empty()) {
    target += cat("&X-Amz-Security-Token=", percent_encode(credentials.session_token));
  }
  RequestView whole{request.method, target, request.headers, request.body};
  auto payload = service == "s3" ? std::string(unsigned_payload) : hex_of(fast_sha256(request.body));
  auto text = string_to_sign(date, scope, canonical_request(whole, path_rule_of(service), true, "host", payload));
  auto key = cache.key_for(credentials.secret, credentials.access_key, day, region, service);
  return cat(target, "&X-Amz-Signature=", hex_mac(*key, text));
}

}  // namespace roadstead
