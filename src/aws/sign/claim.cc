// Reading what a request says about its signature. The parsers here see hostile input first: they only cut views.
#include <algorithm>

#include "aws/sign/sigv4.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
/// More names than any client sends; keeps hostile lists from costing anything.
constexpr std::ptrdiff_t most_signed_headers = 100;
constexpr std::int64_t longest_life_seconds = 604'800;

using ClaimOrRefusal = std::variant<SignatureClaim, SignatureRefusal>;

SignatureRefusal malformed(std::string message) { return {SignatureProblem::malformed, std::move(message)}; }

/// Fills the scope of `claim` from "key/20260131/eu-west-1/ecs/aws4_request".
std::optional<SignatureRefusal> read_credential(std::string_view credential, SignatureClaim& claim) {
  auto parts = split(credential, '/');
  if (parts.size() != 5) {
    return malformed(
        cat("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '",
            credential, "'")
    );
  }
  if (parts[4] != "aws4_request") {
    return SignatureRefusal{
        SignatureProblem::wrong_scope,
        cat("Credential should be scoped with a valid terminator: 'aws4_request', not '", parts[4], "'.")
    };
  }
  claim.access_key = parts[0];
  claim.date = parts[1];
  claim.region = parts[2];
  claim.service = parts[3];
  return std::nullopt;
}

std::optional<SignatureRefusal> read_signing_time(std::string_view text, SignatureClaim& claim) {
  auto at = parse_iso8601(text);
  if (!at) at = parse_http_date(text);
  if (!at)
    return malformed(
        cat("Date must be in ISO-8601 'basic format'. Got '", text, "'. See http://en.wikipedia.org/wiki/ISO_8601")
    );
  claim.signed_at = *at;
  claim.signed_at_text = format_basic_iso8601(*at);
  return std::nullopt;
}

std::optional<SignatureRefusal> check_list(const SignatureClaim& claim) {
  if (std::ranges::count(claim.signed_headers, ';') >= most_signed_headers)
    return malformed("Too many signed headers.");
  return std::nullopt;
}

/// The pieces of "Credential=…, SignedHeaders=…, Signature=…"; null views for what is not there.
struct AuthorizationPieces {
  std::string_view credential;
  std::string_view signed_headers;
  std::string_view signature;
};

AuthorizationPieces cut_authorization(std::string_view rest) {
  AuthorizationPieces pieces;
  while (!rest.empty()) {
    auto comma = rest.find(',');
    auto piece = trim(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    if (piece.starts_with("Credential=")) pieces.credential = piece.substr(11);
    if (piece.starts_with("SignedHeaders=")) pieces.signed_headers = piece.substr(14);
    if (piece.starts_with("Signature=")) pieces.signature = piece.substr(10);
  }
  return pieces;
}

ClaimOrRefusal read_header_claim(const RequestView& request, std::string_view authorization) {
  auto blank = authorization.find(' ');
  if (authorization.substr(0, blank) != algorithm) {
    return malformed(cat("Unsupported AWS 'algorithm': '", authorization.substr(0, blank), "'."));
  }
  auto pieces = cut_authorization(blank == std::string_view::npos ? std::string_view() : authorization.substr(blank));
  auto date = header_of(request.headers, "x-amz-date");
  if (date.data() == nullptr) date = header_of(request.headers, "date");
  std::string missing;
  if (pieces.credential.empty()) missing += "Authorization header requires 'Credential' parameter. ";
  if (pieces.signature.empty()) missing += "Authorization header requires 'Signature' parameter. ";
  if (pieces.signed_headers.empty()) missing += "Authorization header requires 'SignedHeaders' parameter. ";
  if (date.data() == nullptr) {
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!missing.empty()) {
    auto hash = to_base64(as_text(fast_sha256(authorization)));
    return malformed(cat(missing, "(Hashed with SHA-256 and encoded with Base64) Authorization=", hash));
  }
  SignatureClaim claim;
  claim.signed_headers = pieces.signed_headers;
  claim.signature = pieces.signature;
  claim.session_token = header_of(request.headers, "x-amz-security-token");
  if (auto refusal = check_list(claim)) return *std::move(refusal);
  if (auto refusal = read_credential(pieces.credential, claim)) return *std::move(refusal);
  if (auto refusal = read_signing_time(date, claim)) return *std::move(refusal);
  return claim;
}

/// Puts one decoded member of a presigned query where it belongs; `credential`, `date` and `expires` are read later.
struct PresignedPieces {
  std::string algorithm;
  std::string credential;
  std::string date;
  std::string expires;
};

void take_presigned_member(std::string_view piece, PresignedPieces& pieces, SignatureClaim& claim) {
  auto equals = piece.find('=');
  if (equals == std::string_view::npos) return;
  auto name = piece.substr(0, equals);
  if (!name.starts_with("X-Amz-")) return;
  auto value = percent_decode(piece.substr(equals + 1), true).value_or("");
  if (name == "X-Amz-Algorithm")
    pieces.algorithm = std::move(value);
  else if (name == "X-Amz-Credential")
    pieces.credential = std::move(value);
  else if (name == "X-Amz-Date")
    pieces.date = std::move(value);
  else if (name == "X-Amz-Expires")
    pieces.expires = std::move(value);
  else if (name == "X-Amz-SignedHeaders")
    claim.signed_headers = std::move(value);
  else if (name == "X-Amz-Signature")
    claim.signature = std::move(value);
  else if (name == "X-Amz-Security-Token")
    claim.session_token = std::move(value);
}

ClaimOrRefusal read_presigned_claim(std::string_view query) {
  SignatureClaim claim;
  PresignedPieces pieces;
  for (auto piece : split(query, '&')) take_presigned_member(piece, pieces, claim);
  if (pieces.algorithm != algorithm) {
    return malformed(cat("Unsupported AWS 'algorithm': '", pieces.algorithm, "'."));
  }
  std::string missing;
  if (pieces.credential.empty()) missing += "AWS query-string parameters must include 'X-Amz-Credential'. ";
  if (claim.signature.empty()) missing += "AWS query-string parameters must include 'X-Amz-Signature'. ";
  if (claim.signed_headers.empty()) missing += "AWS query-string parameters must include 'X-Amz-SignedHeaders'. ";
  if (pieces.date.empty()) missing += "AWS query-string parameters must include 'X-Amz-Date'. ";
  if (!missing.empty()) return malformed(cat(missing, "Re-examine the query-string parameters."));
  auto seconds = to_number<std::int64_t>(pieces.expires.empty() ? "900" : std::string_view(pieces.expires));
  if (!seconds || *seconds < 1 || *seconds > longest_life_seconds) {
    return malformed("X-Amz-Expires must be between 1 and 604800 seconds.");
  }
  claim.good_for = std::chrono::seconds(*seconds);
  if (auto refusal = check_list(claim)) return *std::move(refusal);
  if (auto refusal = read_credential(pieces.credential, claim)) return *std::move(refusal);
  if (auto refusal = read_signing_time(pieces.date, claim)) return *std::move(refusal);
  return claim;
}

}  // namespace

std::variant<SignatureClaim, SignatureRefusal> read_claim(const RequestView& request) {
  auto authorization = header_of(request.headers, "authorization");
  if (!authorization.empty()) return read_header_claim(request, authorization);
  auto question = request.target.find('?');
  if (question != std::string_view::npos &&
      request.target.find("X-Amz-Algorithm=", question) != std::string_view::npos) {
    return read_presigned_claim(request.target.substr(question + 1));
  }
  return SignatureRefusal{SignatureProblem::no_signature, "Request is missing Authentication Token"};
}

}  // namespace roadstead
