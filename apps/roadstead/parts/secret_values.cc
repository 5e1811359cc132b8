#include "secret_values.h"

#include <future>
#include <memory>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "decide/secrets/secret_reference.h"
#include "io/key_file.h"
#include "rows/rows.gen.h"

namespace roadstead {

std::string sealing_key_file(const std::string& state_directory) { return cat(state_directory, "/keys/values.key"); }

Result<SealingKey> open_sealing_key(const std::string& state_directory, const Reader& rows) {
  auto path = sealing_key_file(state_directory);
  auto bytes = read_key_file(path);
  if (!bytes && bytes.error().code == "KeyMissing") {
    auto sealed = rows.count<SecretVersionRow>() + rows.count<ParameterVersionRow>();
    if (sealed > 0) {
      return Error{"StateUnreadable", cat("The file ", path, " is missing, and ", sealed, " values of secrets and parameters are ",
                                          "sealed with it. Put it back from a backup.")};
    }
    bytes = make_key_file(path);
    if (bytes) log_info("sealing_key_made", {{"file", path}});
  }
  if (!bytes && bytes.error().code == "KeyUnreadable") return Error{"StateUnreadable", bytes.error().message};
  return SealingKey::from_bytes(TRY(std::move(bytes)));
}

SecretSource secret_source(Transactor& transactor, const SealingKey& key) {
  return [&transactor, &key](const std::string& value_from) -> Result<std::string> {
    auto value = std::make_shared<std::string>();
    auto promise = std::make_shared<std::promise<Status>>();
    auto outcome = promise->get_future();
    Work work = [value, &key, value_from](Tx& tx) -> Status {
      *value = TRY(resolve_secret_reference(tx, key, value_from));
      return Done{};
    };
    transactor.submit(std::move(work), [promise](Status status) { promise->set_value(std::move(status)); });
    TRY(outcome.get());
    return std::move(*value);
  };
}

}  // namespace roadstead
