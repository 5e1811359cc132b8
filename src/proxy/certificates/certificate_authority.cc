#include "proxy/certificates/certificate_authority.h"

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

std::string CertificateAuthority::certificate_path(const std::string& directory) { return cat(directory, "/authority.pem"); }

Result<CertificateAuthority> CertificateAuthority::open(
    const std::string& directory, const std::string& machine, Instant now
) {
  TRY(make_directories(directory, 0700));
  auto key_path = cat(directory, "/authority.key");
  auto path = certificate_path(directory);
  if (exists(path) && exists(key_path)) {
    CertificateAndKey authority{TRY(read_file(path)), TRY(read_file(key_path))};
    TRY(read_certificate(authority.certificate_pem));
    return CertificateAuthority(std::move(authority));
  }
  auto authority = TRY(make_authority(cat("Roadstead local CA (", machine, ")"), now));
  // The certificate comes last: with it the authority is complete.
  TRY(write_file_atomic(key_path, authority.key_pem, 0600));
  TRY(write_file_atomic(path, authority.certificate_pem, 0644));
  return CertificateAuthority(std::move(authority));
}

Result<CertificateAuthority::HostCertificate> CertificateAuthority::ensure(
    const std::string& path, const std::string& host, Instant now
) const {
  if (exists(path)) {
    auto pem = TRY(read_file(path));
    auto facts = read_certificate(pem);
    auto renew_at = facts ? facts->not_after - std::chrono::duration_cast<Duration>(host_certificate_lifetime) / 3 : now;
    if (now < renew_at && is_signed_by(pem, authority_.certificate_pem, host)) {
      return HostCertificate{std::move(pem), facts->not_after, false};
    }
  }
  auto issued = TRY(issue_certificate(authority_, host, now));
  auto pem = issued.certificate_pem + issued.key_pem;
  TRY(write_file_atomic(path, pem, 0600));
  auto facts = TRY(read_certificate(pem));
  return HostCertificate{std::move(pem), facts.not_after, true};
}

}  // namespace roadstead
