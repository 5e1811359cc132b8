// Two small row types for the tests of the store, with traits written by hand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text/text.h"
#include "store/tx/database.h"

namespace roadstead {

struct PetRow {
  std::string name;
  std::string owner = {};
  std::vector<std::string> tags = {};
  int age = 0;

  bool operator==(const PetRow&) const = default;
};

struct OwnerRow {
  std::string name;
  int pets = 0;

  bool operator==(const OwnerRow&) const = default;
};

enum class PetRowIndex { by_owner, by_tag };
enum class OwnerRowIndex {};

template <>
struct RowTraits<PetRow> {
  static constexpr TableId table{1};
  static constexpr std::string_view name = "pets";
  using Index = PetRowIndex;
  static constexpr int index_count = 2;

  static std::string key(const PetRow& row) { return row.name; }
  static void index_keys(const PetRow& row, int index, std::vector<std::string>& out) {
    if (index == 0 && !row.owner.empty()) out.push_back(row.owner);
    if (index == 1) out.insert(out.end(), row.tags.begin(), row.tags.end());
  }
};

template <>
struct RowTraits<OwnerRow> {
  static constexpr TableId table{3};
  static constexpr std::string_view name = "owners";
  using Index = OwnerRowIndex;
  static constexpr int index_count = 0;

  static std::string key(const OwnerRow& row) { return row.name; }
  static void index_keys(const OwnerRow&, int, std::vector<std::string>&) {}
};

template <>
struct IndexTraits<PetRowIndex> {
  using Row = PetRow;
};

template <>
struct RowDocument<PetRow> {
  static std::string encode(const PetRow& row) {
    return cat(row.name, '|', row.owner, '|', join(row.tags, ","), '|', row.age);
  }
  static Result<PetRow> decode(std::string_view document) {
    auto parts = split(document, '|');
    if (parts.size() != 4) return Error{"Unreadable", "not a pet"};
    PetRow row{std::string(parts[0]), std::string(parts[1]), {}, to_number<int>(parts[3]).value_or(-1)};
    if (!parts[2].empty()) {
      for (auto tag : split(parts[2], ',')) row.tags.emplace_back(tag);
    }
    return row;
  }
};

template <>
struct RowDocument<OwnerRow> {
  static std::string encode(const OwnerRow& row) { return cat(row.name, '|', row.pets); }
  static Result<OwnerRow> decode(std::string_view document) {
    auto parts = split(document, '|');
    if (parts.size() != 2) return Error{"Unreadable", "not an owner"};
    return OwnerRow{std::string(parts[0]), to_number<int>(parts[1]).value_or(-1)};
  }
};

inline Schema test_schema() { return schema_of<PetRow, OwnerRow>(); }

}  // namespace roadstead
