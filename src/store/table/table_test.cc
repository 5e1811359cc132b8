#include "store/table/table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/id/id.h"
#include "base/text/text.h"
#include "store/test_rows.h"

namespace roadstead {
namespace {

std::shared_ptr<const PetRow> pet(std::string name, std::string owner, std::vector<std::string> tags = {}) {
  return std::make_shared<const PetRow>(PetRow{std::move(name), std::move(owner), std::move(tags)});
}

std::vector<std::string> keys(const Table& table, std::string_view after = {}) {
  std::vector<std::string> found;
  table.walk(after, [&](const Slot& slot) {
    found.push_back(slot.key);
    return true;
  });
  return found;
}

std::vector<std::string> keys_of_index(const Table& table, int index, std::string_view index_key) {
  std::vector<std::string> found;
  table.walk_index(index, index_key, [&](const Slot& slot) {
    found.push_back(slot.key);
    return true;
  });
  return found;
}

// What a table must do, done in the plainest way.
struct Model {
  std::map<std::string, PetRow> rows;

  std::vector<std::string> keys(std::string_view after) const {
    std::vector<std::string> found;
    for (const auto& [key, row] : rows) {
      if (after.empty() || key > after) found.push_back(key);
    }
    return found;
  }

  std::vector<std::string> by_tag(const std::string& tag) const {
    std::vector<std::string> found;
    for (const auto& [key, row] : rows) {
      if (std::ranges::count(row.tags, tag) > 0) found.push_back(key);
    }
    return found;
  }

  std::vector<std::string> by_owner(const std::string& owner) const {
    std::vector<std::string> found;
    for (const auto& [key, row] : rows) {
      if (row.owner == owner) found.push_back(key);
    }
    return found;
  }
};

void expect_same(const Table& table, const Model& model) {
  ASSERT_EQ(table.size(), model.rows.size());
  ASSERT_EQ(keys(table), model.keys({}));
  ASSERT_EQ(keys(table, "p5"), model.keys("p5"));
  for (int number = 0; number < 4; ++number) {
    ASSERT_EQ(keys_of_index(table, 0, cat("o", number)), model.by_owner(cat("o", number)));
    ASSERT_EQ(keys_of_index(table, 1, cat("t", number)), model.by_tag(cat("t", number)));
    ASSERT_EQ(table.count_index(1, cat("t", number)), model.by_tag(cat("t", number)).size());
  }
}

TEST(Table, BehavesAsAMapWithIndexesDoes) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SeededIds ids(seed);
    Table table(table_spec<PetRow>());
    Model model;
    for (int step = 0; step < 6000; ++step) {
      auto key = cat("p", ids.bits() % (seed * 400));
      // Grows for the first half and shrinks in the second.
      if (ids.bits() % 10 < (step < 3000 ? 3U : 8U)) {
        auto before = table.set(key, nullptr);
        ASSERT_EQ(before != nullptr, model.rows.erase(key) == 1);
      } else {
        auto row = pet(key, cat("o", ids.bits() % 4), {cat("t", ids.bits() % 4), cat("t", ids.bits() % 4)});
        table.set(key, row);
        model.rows[key] = *row;
        ASSERT_EQ(table.find(key), row);
      }
      if (step % 200 == 0) expect_same(table, model);
    }
    expect_same(table, model);
  }
}

TEST(Table, TakesRowsInOrderOfKeyAndInReverse) {
  Table up(table_spec<PetRow>());
  Table down(table_spec<PetRow>());
  for (int number = 10'000; number < 13'000; ++number) {
    up.set(cat(number), pet(cat(number), "a"));
    down.set(cat(23'000 - number), pet(cat(23'000 - number), "a"));
  }
  EXPECT_EQ(up.size(), 3000U);
  EXPECT_EQ(down.size(), 3000U);
  auto ascending = keys(down);
  EXPECT_TRUE(std::ranges::is_sorted(ascending));
  EXPECT_EQ(keys_of_index(up, 0, "a"), keys(up));
}

TEST(Table, IsWalkedSafelyWhileItChanges) {
  Table table(table_spec<PetRow>());
  for (int number = 100; number < 400; ++number) table.set(cat(number), pet(cat(number), "a"));
  std::vector<std::string> visited;
  table.walk_index(0, "a", [&](const Slot& slot) {
    std::string key = slot.key;
    visited.push_back(key);
    table.set(key, nullptr);  // the row itself, and thereby at last the whole posting
    if (key == "200") table.set("2001", pet("2001", "a"));  // ahead: will be met
    if (key == "300") table.set("1001", pet("1001", "a"));  // behind: will not
    return true;
  });
  EXPECT_EQ(visited.size(), 301U);
  EXPECT_EQ(keys(table), std::vector<std::string>{"1001"});
}

TEST(Table, WalksARangeOfAnIndex) {
  Table table(table_spec<PetRow>());
  for (int number = 0; number < 10; ++number) {
    table.set(cat("p", number), pet(cat("p", number), cat("o", 9 - number)));
  }
  std::vector<std::string> found;
  table.walk_index_range(0, "o2", "o5", [&](const Slot& slot) {
    found.push_back(slot.key);
    return true;
  });
  EXPECT_EQ(found, (std::vector<std::string>{"p7", "p6", "p5"}));
}

}  // namespace
}  // namespace roadstead
