// What the store must know about a row type. The generator writes one specialisation for each row of idl/store.smithy
// (rows/rows.gen.h); tests write their own by hand. Nothing here has an effect; any thread.
#pragma once

#include <cstdint>

namespace roadstead {

/// Numbers the tables. Small and dense; never stored (on disk a table goes by its name).
enum class TableId : int;

/// For each row type:
///   static constexpr TableId table;                  its number
///   static constexpr std::string_view name;          its name on disk, without ':'
///   using Index = TaskRowIndex;                      enumerators 0 … index_count - 1
///   static constexpr int index_count;
///   static std::string key(const Row&);              unique within the table
///   static void index_keys(const Row&, int index, std::vector<std::string>& out);   appends none, one or several
/// A row type is copyable and has operator==.
template <class Row>
struct RowTraits;

/// For each Index enumeration: `using Row`, the row it indexes.
template <class Index>
struct IndexTraits;

/// For each row type, how it is written on disk:
///   static std::string encode(const Row&);
///   static Result<Row> decode(std::string_view document);
template <class Row>
struct RowDocument;

}  // namespace roadstead
