// Makes certificates: a local authority, and certificates of single hosts signed by it. P-256 keys, SHA-256 signatures.
// Functions of their input but for the randomness of keys and serial numbers, which OpenSSL draws. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result/result.h"
#include "base/time/time.h"

namespace roadstead {

/// A certificate and its private key, both as PEM. The key is a secret.
struct CertificateAndKey {
  std::string certificate_pem;
  std::string key_pem;
};

/// What a certificate says.
struct CertificateFacts {
  std::string subject;  // common name
  std::string issuer;   // common name
  Instant not_before;
  Instant not_after;
  bool is_authority = false;
};

/// Ten years; the longest that browsers accept for a host are 398 days.
inline constexpr auto authority_lifetime = std::chrono::days(3650);
inline constexpr auto host_certificate_lifetime = std::chrono::days(397);

/// A self-signed authority that may sign hosts, nothing below. Errors: CryptoError.
Result<CertificateAndKey> make_authority(std::string_view common_name, Instant now);

/// A certificate whose only subject alternative name is `host` (a DNS name, "*.name", or an IP address).
/// Errors: CryptoError, also when `authority` is not readable.
Result<CertificateAndKey> issue_certificate(const CertificateAndKey& authority, const std::string& host, Instant now);

/// Reads the first certificate of a PEM text. Errors: CryptoError.
Result<CertificateFacts> read_certificate(std::string_view pem);

/// Whether `certificate_pem` was signed by `authority_pem` and names `host`.
bool is_signed_by(const std::string& certificate_pem, const std::string& authority_pem, const std::string& host);

}  // namespace roadstead
