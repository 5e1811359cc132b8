// The schema of all rows of idl/store.smithy, written on disk by field ids (aws/wire/stored.h).
#include "aws/wire/stored.h"
#include "rows/rows.gen.h"
#include "store/tx/database.h"

namespace roadstead {

template <class Row>
  requires requires { RowTraits<Row>::type(); }
struct RowDocument<Row> {
  static std::string encode(const Row& row) { return write_stored(row); }
  static Result<Row> decode(std::string_view document) { return read_stored<Row>(document); }
};

Schema stored_schema() {
  Schema schema;
  for_each_row_type([&schema]<class Row>() { schema.push_back(table_spec<Row>()); });
  return schema;
}

}  // namespace roadstead
