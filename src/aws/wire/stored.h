// Rows as text: JSON whose members of rows go by their field ids, `{"1":"arn:…","3":7}`. What the log and the link write.
//
// Ids are for ever, names may change. Reading passes over ids it does not know (written by a newer version) and leaves
// members that are absent as they are made (written by an older one). Shapes of AWS inside rows go by AWS's names.
// Any thread. Source: docs/formats/store.md.
#pragma once

#include <string>
#include <string_view>

#include "aws/wire/json.h"

namespace roadstead {

/// The stored text of `row`, an object of `type`.
inline std::string write_stored(const Type& type, const void* row) {
  std::string out;
  append_json(out, type, row, JsonForm::stored);
  return out;
}

/// Fills `row`, a fresh object of `type`. Errors: InvalidDocument.
inline Status read_stored(const Type& type, std::string_view text, void* row) {
  return parse_json(type, text, row, nullptr, JsonForm::stored);
}

template <class Row>
std::string write_stored(const Row& row) {
  return write_stored(type_of<Row>(), &row);
}

template <class Row>
Result<Row> read_stored(std::string_view text) {
  Row row{};
  auto read = read_stored(type_of<Row>(), text, &row);
  if (!read) return std::move(read).error();
  return row;
}

}  // namespace roadstead
