#include "proxy/certificates/issue.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/text/text.h"

namespace roadstead {
namespace {

template <auto release>
struct Releases {
  template <class T>
  void operator()(T* thing) const {
    release(thing);
  }
};
using Bio = std::unique_ptr<BIO, Releases<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Releases<X509_free>>;

Error crypto_error(std::string_view action) {
  char text[256] = "";
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  ERR_clear_error();
  return {"CryptoError", cat("cannot ", action), text};
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Bio memory_bio(std::string_view text = {}) {
  if (text.empty()) return Bio(BIO_new(BIO_s_mem()));
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate parse_certificate(std::string_view pem) {
  auto bio = memory_bio(pem);
  return Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

Key parse_key(std::string_view pem) {
  auto bio = memory_bio(pem);
  return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

Result<CertificateAndKey> to_pem(X509* certificate, EVP_PKEY* key) {
  auto certificate_bio = memory_bio();
  auto key_bio = memory_bio();
  if (PEM_write_bio_X509(certificate_bio.get(), certificate) != 1 ||
      PEM_write_bio_PrivateKey(key_bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return crypto_error("write a certificate");
  }
  return CertificateAndKey{text_of(certificate_bio.get()), text_of(key_bio.get())};
}

bool set_random_serial(X509* certificate) {
  std::unique_ptr<BIGNUM, Releases<BN_free>> number(BN_new());
  return BN_rand(number.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

/// An hour before `now`, so that a client whose clock is a little behind believes it.
bool set_validity(X509* certificate, Instant now, Duration lifetime) {
  auto from = (now - std::chrono::hours(1)).micros / 1'000'000;
  auto to = (now + lifetime - std::chrono::hours(1)).micros / 1'000'000;
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), to) != nullptr;
}

bool add_name(X509_NAME* name, const char* field, std::string_view text) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Releases<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())
  );
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool is_address(const std::string& host) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

/// A certificate with a new key, not yet signed. A common name has room for 64 characters only and may be left out.
bool fill(X509* certificate, EVP_PKEY* key, std::string_view common_name, Instant now, Duration lifetime) {
  auto* subject = X509_get_subject_name(certificate);
  bool named = add_name(subject, "O", "Roadstead") && (common_name.size() > 64 || add_name(subject, "CN", common_name));
  return named && X509_set_version(certificate, X509_VERSION_3) == 1 && set_random_serial(certificate) &&
         set_validity(certificate, now, lifetime) && X509_set_pubkey(certificate, key) == 1;
}

std::string common_name(const X509_NAME* name) {
  char text[128] = "";
  X509_NAME_get_text_by_NID(const_cast<X509_NAME*>(name), NID_commonName, text, sizeof text);
  return text;
}

Instant instant_of(const ASN1_TIME* time) {
  int days = 0, seconds = 0;
  std::unique_ptr<ASN1_TIME, Releases<ASN1_TIME_free>> epoch(ASN1_TIME_set(nullptr, 0));
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return {};
  return {(std::int64_t{days} * 86'400 + seconds) * 1'000'000};
}

}  // namespace

Result<CertificateAndKey> make_authority(std::string_view name, Instant now) {
  Key key(EVP_EC_gen("P-256"));
  Certificate certificate(X509_new());
  auto lifetime = std::chrono::duration_cast<Duration>(authority_lifetime);
  if (key == nullptr || certificate == nullptr ||
      !fill(certificate.get(), key.get(), name.substr(0, 64), now, lifetime)) {
    return crypto_error("make a certificate authority");
  }
  auto* self = certificate.get();
  bool ok = X509_set_issuer_name(self, X509_get_subject_name(self)) == 1 &&
            add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
            add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign") &&
            add_extension(self, self, NID_subject_key_identifier, "hash") && X509_sign(self, key.get(), EVP_sha256()) > 0;
  if (!ok) return crypto_error("sign a certificate authority");
  return to_pem(self, key.get());
}

Result<CertificateAndKey> issue_certificate(const CertificateAndKey& authority, const std::string& host, Instant now) {
  auto issuer = parse_certificate(authority.certificate_pem);
  auto issuer_key = parse_key(authority.key_pem);
  if (issuer == nullptr || issuer_key == nullptr) return crypto_error("read the certificate authority");
  Key key(EVP_EC_gen("P-256"));
  Certificate certificate(X509_new());
  auto lifetime = std::chrono::duration_cast<Duration>(host_certificate_lifetime);
  if (key == nullptr || certificate == nullptr || !fill(certificate.get(), key.get(), host, now, lifetime)) {
    return crypto_error(cat("make a certificate for ", host));
  }
  auto* made = certificate.get();
  bool ok = X509_set_issuer_name(made, X509_get_subject_name(issuer.get())) == 1 &&
            add_extension(made, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
            add_extension(made, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
            add_extension(made, issuer.get(), NID_ext_key_usage, "serverAuth") &&
            add_extension(made, issuer.get(), NID_subject_key_identifier, "hash") &&
            add_extension(made, issuer.get(), NID_authority_key_identifier, "keyid") &&
            add_extension(made, issuer.get(), NID_subject_alt_name, cat(is_address(host) ? "IP:" : "DNS:", host)) &&
            X509_sign(made, issuer_key.get(), EVP_sha256()) > 0;
  if (!ok) return crypto_error(cat("sign a certificate for ", host));
  return to_pem(made, key.get());
}

Result<CertificateFacts> read_certificate(std::string_view pem) {
  auto certificate = parse_certificate(pem);
  if (certificate == nullptr) return crypto_error("read a certificate");
  CertificateFacts facts;
  facts.subject = common_name(X509_get_subject_name(certificate.get()));
  facts.issuer = common_name(X509_get_issuer_name(certificate.get()));
  facts.not_before = instant_of(X509_get0_notBefore(certificate.get()));
  facts.not_after = instant_of(X509_get0_notAfter(certificate.get()));
  facts.is_authority = X509_check_ca(certificate.get()) == 1;
  return facts;
}

bool is_signed_by(const std::string& certificate_pem, const std::string& authority_pem, const std::string& host) {
  auto certificate = parse_certificate(certificate_pem);
  auto authority = parse_certificate(authority_pem);
  if (certificate == nullptr || authority == nullptr) return false;
  bool named = is_address(host) ? X509_check_ip_asc(certificate.get(), host.c_str(), 0) == 1
                                : X509_check_host(certificate.get(), host.data(), host.size(), 0, nullptr) == 1;
  // A wildcard does not match itself as a host: any label in its place does.
  if (!named && host.starts_with("*.")) {
    auto sample = cat("any", host.substr(1));
    named = X509_check_host(certificate.get(), sample.data(), sample.size(), 0, nullptr) == 1;
  }
  return named && X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) == 1;
}

}  // namespace roadstead
