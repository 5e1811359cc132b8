// The local certificate authority of this installation, and the certificates it has issued, as files.
//
//   <directory>/authority.pem        the authority's certificate: what `roadstead trust` installs
//   <directory>/authority.key        its key, mode 0600
//   <hosts>/default.pem, host-<name>.pem   certificate and key of one host, mode 0600, as HAProxy reads them
//
// Made at first start, kept for ever after. Certificates are renewed when a third of their life is left. One thread; blocks.
#pragma once

#include <string>

#include "base/result/result.h"
#include "base/time/time.h"
#include "proxy/certificates/issue.h"

namespace roadstead {

class CertificateAuthority {
 public:
  /// Reads the authority in `directory`, or makes it there with the name "Roadstead local CA (<machine>)".
  /// Errors: those of files; CryptoError when what is there cannot be read. It is never replaced by itself, because
  /// people have told their browsers to trust it.
  static Result<CertificateAuthority> open(const std::string& directory, const std::string& machine, Instant now);

  /// Where the authority's certificate is within `directory`.
  static std::string certificate_path(const std::string& directory);

  /// The authority's certificate as PEM.
  const std::string& certificate_pem() const { return authority_.certificate_pem; }

  /// Makes `path` hold a certificate and key for `host` that is good for some time yet.
  struct HostCertificate {
    std::string pem;       // certificate, then key
    Instant not_after;
    bool renewed = false;  // was written now
  };
  Result<HostCertificate> ensure(const std::string& path, const std::string& host, Instant now) const;

 private:
  explicit CertificateAuthority(CertificateAndKey authority) : authority_(std::move(authority)) {}

  CertificateAndKey authority_;
};

}  // namespace roadstead
