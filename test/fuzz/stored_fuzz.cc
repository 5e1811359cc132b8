// Damaged stored rows of every type: nothing may crash, and a row that is accepted must come back equal when it is stored
// again. The first byte chooses the row type. Fractions are left out: they may differ in the last bit.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "aws/wire/stored.h"
#include "rows/rows.gen.h"

using namespace roadstead;  // NOLINT(google-build-using-namespace)

namespace {

template <class Row>
void try_row(std::string_view text) {
  auto row = read_stored<Row>(text);
  if (!row) return;
  std::string written = write_stored(*row);
  auto again = read_stored<Row>(written);
  if (!again) std::abort();
  if (written.find('.') == std::string::npos && !(*again == *row)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  int wanted = data[0] % table_count;
  for_each_row_type([&]<class Row>() {
    if (static_cast<int>(RowTraits<Row>::table) == wanted) try_row<Row>(text);
  });
  return 0;
}
