// Who owns this Roadstead: an account id and the access key of its root, made at the first start, and the AWS CLI
// profile that lets `aws --profile roadstead` in. The rows are made in a transaction; the files belong to a shell.
#pragma once

#include <string>

#include "base/result/result.h"

namespace roadstead {

class Tx;

struct IdentityOptions {
  /// 12 digits; empty draws one at the first start. Ignored once there is an installation.
  std::string account_id = {};
  std::string region = "us-east-1";
  /// The domain that host names of services end in.
  std::string domain = "localhost";
};

/// What clients need to get in.
struct Identity {
  std::string account_id;
  std::string region;
  std::string access_key_id;
  std::string secret_access_key;
};

/// The identity of this installation, made when there is none. In a transaction.
/// Error: InvalidParameterException when the account id is not 12 digits.
Result<Identity> ensure_identity(Tx& tx, const IdentityOptions& options);

/// The files of the AWS CLI.
struct ProfileFiles {
  std::string config;
  std::string credentials;
};

/// AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE when set, else ~/.aws/config and ~/.aws/credentials.
/// Error: NotFound when there is no home directory.
Result<ProfileFiles> default_profile_files();

/// Writes the profile `roadstead` into both files and leaves every other line of them as it is. Files are made 0600,
/// replaced as a whole, and not touched when nothing changes. `ca_file`: what an https endpoint's certificate is signed
/// by. Errors: those of io/file.h.
Status write_profile(
    const ProfileFiles& files, const Identity& identity, const std::string& endpoint_url, const std::string& ca_file = ""
);

/// `text` with the section of that header ("[roadstead]") replaced by `lines`, or added at the end. Pure.
std::string with_section(const std::string& text, const std::string& header, const std::string& lines);

}  // namespace roadstead
