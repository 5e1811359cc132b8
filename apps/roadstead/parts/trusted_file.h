// The file by which this machine trusts the authority of one installation, among those of the machine's owner, as Debian and
// Ubuntu have them. Made by `roadstead trust --install`, removed by `roadstead down --purge`. Blocking; any thread.
#pragma once

#include <string>

#include "base/result/result.h"

namespace roadstead {

/// Where the authority of the installation `name` is put.
std::string trusted_file(const std::string& name);

/// Makes the machine trust the certificate `pem`. Errors: those of writing and of update-ca-certificates.
Status trust_authority(const std::string& name, const std::string& pem);

/// Removes the trust in `pem`. What is not there, or is another authority's, stays. Errors: as above.
Status distrust_authority(const std::string& name, const std::string& pem);

}  // namespace roadstead
