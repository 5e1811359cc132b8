#include "net/tls_pipe.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/text/text.h"

namespace roadstead {

namespace {

Error tls_error(std::string_view doing) {
  char reason[256];
  ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
  ERR_clear_error();
  return {"TlsFailed", cat(doing, ": ", reason)};
}

void drain(BIO* bio, std::string& out) {
  char buffer[16 * 1024];
  for (int size = 0; (size = BIO_read(bio, buffer, sizeof buffer)) > 0;) {
    out.append(buffer, static_cast<std::size_t>(size));
  }
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::from_files(
    const std::string& certificate, const std::string& key
) {
  auto* context = SSL_CTX_new(TLS_server_method());
  CHECK(context != nullptr, "OpenSSL always has a server method");
  std::shared_ptr<const TlsContext> out(new TlsContext(context));
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
    return tls_error(cat("cannot use the certificate ", certificate));
  }
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return tls_error(cat("cannot use the key ", key));
  }
  if (SSL_CTX_check_private_key(context) != 1) return tls_error(cat("the key ", key, " is not the certificate's"));
  return out;
}

TlsContext::~TlsContext() { SSL_CTX_free(static_cast<SSL_CTX*>(context_)); }

struct TlsPipe::State {
  std::shared_ptr<const TlsContext> context;
  SSL* ssl = nullptr;
  BIO* in = nullptr;   // owned by ssl
  BIO* out = nullptr;  // owned by ssl
};

TlsPipe::TlsPipe(std::shared_ptr<const TlsContext> context) : state_(std::make_unique<State>()) {
  state_->context = std::move(context);
  state_->ssl = SSL_new(static_cast<SSL_CTX*>(state_->context->handle()));
  state_->in = BIO_new(BIO_s_mem());
  state_->out = BIO_new(BIO_s_mem());
  CHECK(state_->ssl != nullptr && state_->in != nullptr && state_->out != nullptr, "only a lack of memory prevents it");
  SSL_set_bio(state_->ssl, state_->in, state_->out);
  SSL_set_accept_state(state_->ssl);
}

TlsPipe::~TlsPipe() { SSL_free(state_->ssl); }

bool TlsPipe::receive(std::string_view bytes, std::string& plain, std::string& encrypted) {
  ERR_clear_error();
  BIO_write(state_->in, bytes.data(), static_cast<int>(bytes.size()));
  char buffer[16 * 1024];
  int size = 0;
  while ((size = SSL_read(state_->ssl, buffer, sizeof buffer)) > 0) {
    plain.append(buffer, static_cast<std::size_t>(size));
  }
  int problem = SSL_get_error(state_->ssl, size);
  drain(state_->out, encrypted);
  ERR_clear_error();
  return problem == SSL_ERROR_WANT_READ || problem == SSL_ERROR_WANT_WRITE;
}

bool TlsPipe::send(std::string_view plain, std::string& encrypted) {
  ERR_clear_error();
  // A memory BIO takes everything, so one call writes it all or the connection is broken.
  bool sent = plain.empty() || SSL_write(state_->ssl, plain.data(), static_cast<int>(plain.size())) > 0;
  drain(state_->out, encrypted);
  ERR_clear_error();
  return sent;
}

}  // namespace roadstead
