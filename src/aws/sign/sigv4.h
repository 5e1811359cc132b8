// AWS Signature Version 4: who signed a request, and signing our own.
//
//   read_claim ──► look the key up ──► verify
//
// The claim is what a request says about itself (key, scope, signature); it costs no hash, and the gateway needs its
// service and region before it can choose an error format. Nothing in a claim is true before `verify` said so.
// Functions are pure apart from the cache of derived keys; any thread. Source: reference/neighbour-apis.md §5.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "aws/sign/access_key.h"
#include "aws/sign/canonical.h"
#include "aws/sign/hmac_key.h"
#include "aws/sign/signature_refusal.h"
#include "base/time/time.h"

namespace roadstead {

/// What a request says about who signed it. Owned strings, since presigned members arrive encoded.
struct SignatureClaim {
  std::string access_key;
  /// Credential scope: "20260131" / "eu-west-1" / "ecs".
  std::string date;
  std::string region;
  std::string service;
  /// "host;x-amz-date", as sent.
  std::string signed_headers;
  std::string signature;
  /// When it was signed, "20260131T123456Z".
  std::string signed_at_text;
  Instant signed_at;
  std::string session_token;
  /// Only for a presigned request: how long it is good from `signed_at`.
  std::optional<Duration> good_for;

  bool presigned() const { return good_for.has_value(); }
};

/// Reads the Authorization header or the X-Amz-* members of the query.
/// Refuses with no_signature, malformed or wrong_scope (a scope that is not "key/date/region/service/aws4_request").
std::variant<SignatureClaim, SignatureRefusal> read_claim(const RequestView& request);

/// The refusal of a request whose access key is not known.
SignatureRefusal unknown_key_refusal();

/// Signing keys already derived, by access key, date, region and service. Any thread; bounded: it starts again when
/// full.
class SigningKeyCache {
 public:
  static constexpr std::size_t most_keys = 4096;

  std::shared_ptr<const HmacKey> key_for(
      const std::string& secret,
      std::string_view access_key,
      std::string_view date,
      std::string_view region,
      std::string_view service
  );

 private:
  /// The secret is kept beside its key: an id that comes back with a new secret must not meet the old key.
  struct Entry {
    std::string secret;
    std::shared_ptr<const HmacKey> key;
  };

  std::shared_mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

/// Checks the claim of `request` against the key it names.
/// `service` is the signing name of the service the request is for ("ecs"); empty when any will do.
/// Checks in this order: session token, its expiry, scope, clock (15 minutes; a presigned request's own life time),
/// headers that must be signed (host and every x-amz-*), signature, hash of the body. Nothing means it is genuine.
std::optional<SignatureRefusal> verify(
    const RequestView& request,
    const SignatureClaim& claim,
    const AccessKey& key,
    std::string_view service,
    Instant now,
    SigningKeyCache& cache
);

/// What our own clients sign with.
struct SigningCredentials {
  std::string access_key;
  std::string secret;
  std::string session_token = {};
};

/// Headers to add to a request so that it is signed: x-amz-date, x-amz-security-token, authorization.
/// `request.headers` must hold Host; Host, Content-Type and every x-amz-* among them are signed.
std::vector<std::pair<std::string, std::string>> sign(
    const RequestView& request,
    const SigningCredentials& credentials,
    std::string_view region,
    std::string_view service,
    Instant now,
    SigningKeyCache& cache
);

/// The target of `request` with a signature in its query, good for `good_for` (1 second to 7 days). Only Host is
/// signed.
std::string presign(
    const RequestView& request,
    const SigningCredentials& credentials,
    std::string_view region,
    std::string_view service,
    Instant now,
    Duration good_for,
    SigningKeyCache& cache
);

}  // namespace roadstead
