// Why a signed request was refused, and how each family of AWS protocols says so.
//
// The verifier speaks of problems; the code, the status and in two families the text differ by protocol. One table maps
// them, so that clients, which match on codes, see what AWS sends. Source: reference/neighbour-apis.md §5.3. Pure.
#pragma once

#include <string>

namespace roadstead {

enum class SignatureProblem {
  no_signature,     ///< neither an Authorization header nor a presigned query
  malformed,        ///< a part is missing or cannot be read
  unknown_key,      ///< no such access key, or a session token that is not the key's
  wrong_signature,  ///< does not match, or a header is not signed that must be
  clock_skew,       ///< older or newer than the clock allows
  wrong_scope,      ///< date, region, service or terminator of the credential scope
  token_expired,    ///< temporary credentials past their end
  link_expired,     ///< presigned request past its end
  body_mismatch,    ///< the body is not the one whose hash was signed
};

/// What the verifier found; `message` is AWS's text for the JSON and query services.
struct SignatureRefusal {
  SignatureProblem problem;
  std::string message;
};

/// How a service words its errors; narrower than a protocol (CBOR speaks like JSON).
enum class ErrorDialect { json, query, ec2, rest_json, s3 };

/// A refusal as the client sees it.
struct RenderedRefusal {
  std::string code;
  std::string message;
  int status;
};

RenderedRefusal render_refusal(const SignatureRefusal& refusal, ErrorDialect dialect);

/// A caller that may not do what it asks: AccessDeniedException, AccessDenied or UnauthorizedOperation, with AWS's
/// sentence. `action` is "ecs:RunTask", `resource` an ARN or "*".
RenderedRefusal render_denial(
    const std::string& principal, const std::string& action, const std::string& resource, ErrorDialect dialect
);

}  // namespace roadstead
