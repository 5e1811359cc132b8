#include "aws/sign/signature_refusal.h"

#include "base/text/text.h"

namespace roadstead {

namespace {

struct CodeAndStatus {
  const char* code;
  int status;
  /// Where the service has its own text; else the verifier's.
  const char* message = nullptr;
};

CodeAndStatus json_code(SignatureProblem problem) {
  switch (problem) {
    case SignatureProblem::no_signature:
      return {"MissingAuthenticationTokenException", 400};
    case SignatureProblem::malformed:
      return {"IncompleteSignatureException", 400};
    case SignatureProblem::unknown_key:
      return {"UnrecognizedClientException", 400};
    case SignatureProblem::token_expired:
      return {"ExpiredTokenException", 400};
    case SignatureProblem::wrong_signature:
    case SignatureProblem::clock_skew:
    case SignatureProblem::wrong_scope:
    case SignatureProblem::link_expired:
    case SignatureProblem::body_mismatch:
      break;
  }
  return {"InvalidSignatureException", 400};
}

CodeAndStatus query_code(SignatureProblem problem) {
  switch (problem) {
    case SignatureProblem::no_signature:
      return {"MissingAuthenticationToken", 403};
    case SignatureProblem::malformed:
      return {"IncompleteSignature", 400};
    case SignatureProblem::unknown_key:
      return {"InvalidClientTokenId", 403};
    case SignatureProblem::token_expired:
      return {"ExpiredToken", 403};
    case SignatureProblem::wrong_signature:
    case SignatureProblem::clock_skew:
    case SignatureProblem::wrong_scope:
    case SignatureProblem::link_expired:
    case SignatureProblem::body_mismatch:
      break;
  }
  return {"SignatureDoesNotMatch", 403};
}

CodeAndStatus ec2_code(SignatureProblem problem) {
  switch (problem) {
    case SignatureProblem::no_signature:
      return {"MissingAuthenticationToken", 400};
    case SignatureProblem::malformed:
      return {"IncompleteSignature", 400};
    case SignatureProblem::clock_skew:
    case SignatureProblem::token_expired:
    case SignatureProblem::link_expired:
      return {"RequestExpired", 400, "Request has expired."};
    case SignatureProblem::unknown_key:
    case SignatureProblem::wrong_signature:
    case SignatureProblem::wrong_scope:
    case SignatureProblem::body_mismatch:
      break;
  }
  return {"AuthFailure", 401, "AWS was not able to validate the provided access credentials"};
}

CodeAndStatus s3_code(SignatureProblem problem) {
  switch (problem) {
    case SignatureProblem::no_signature:
      return {"AccessDenied", 403, "Access Denied"};
    case SignatureProblem::malformed:
    case SignatureProblem::wrong_scope:
      return {"AuthorizationHeaderMalformed", 400};
    case SignatureProblem::unknown_key:
      return {"InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."};
    case SignatureProblem::clock_skew:
      return {
          "RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large."
      };
    case SignatureProblem::token_expired:
      return {"ExpiredToken", 400, "The provided token has expired."};
    case SignatureProblem::link_expired:
      return {"AccessDenied", 403, "Request has expired"};
    case SignatureProblem::body_mismatch:
      return {
          "XAmzContentSHA256Mismatch", 400,
          "The provided 'x-amz-content-sha256' header does not match what was computed."
      };
    case SignatureProblem::wrong_signature:
      break;
  }
  return {"SignatureDoesNotMatch", 403};
}

CodeAndStatus rest_json_code(SignatureProblem problem) {
  if (problem == SignatureProblem::no_signature) {
    return {"MissingAuthenticationTokenException", 403, "Missing Authentication Token"};
  }
  return {json_code(problem).code, 403};
}

CodeAndStatus code_of(SignatureProblem problem, ErrorDialect dialect) {
  switch (dialect) {
    case ErrorDialect::query:
      return query_code(problem);
    case ErrorDialect::ec2:
      return ec2_code(problem);
    case ErrorDialect::rest_json:
      return rest_json_code(problem);
    case ErrorDialect::s3:
      return s3_code(problem);
    case ErrorDialect::json:
      break;
  }
  return json_code(problem);
}

}  // namespace

RenderedRefusal render_refusal(const SignatureRefusal& refusal, ErrorDialect dialect) {
  auto found = code_of(refusal.problem, dialect);
  return {found.code, found.message != nullptr ? std::string(found.message) : refusal.message, found.status};
}

RenderedRefusal render_denial(
    const std::string& principal, const std::string& action, const std::string& resource, ErrorDialect dialect
) {
  auto sentence =
      cat("User: ", principal, " is not authorized to perform: ", action, " on resource: ", resource,
          " because no identity-based policy allows the ", action, " action");
  switch (dialect) {
    case ErrorDialect::json:
      return {"AccessDeniedException", std::move(sentence), 400};
    case ErrorDialect::rest_json:
      return {"AccessDeniedException", std::move(sentence), 403};
    case ErrorDialect::ec2:
      return {"UnauthorizedOperation", cat("You are not authorized to perform this operation. ", sentence), 403};
    case ErrorDialect::query:
    case ErrorDialect::s3:
      break;
  }
  return {"AccessDenied", std::move(sentence), 403};
}

}  // namespace roadstead
