#include "services/s3/listing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/text/text.h"
#include "objectstore/object_store.h"
#include "store/tx/database.h"

namespace roadstead::s3 {
namespace {

using Strings = std::vector<std::string>;

class Listing : public testing::Test {
 protected:
  void fill(const std::string& bucket, const Strings& keys) {
    Work work = [&](Tx& tx) -> Status {
      for (const auto& key : keys) {
        ObjectRow row;
        row.bucket_name = bucket;
        row.object_key = key;
        tx.put(std::move(row));
      }
      return Done{};
    };
    ASSERT_TRUE(database_.run(work, Instant(), ids_).status);
  }

  /// Objects as they are, common prefixes in brackets.
  Strings list(const ListingQuery& query) {
    auto page = list_page(database_.reader(), query);
    Strings out;
    for (const auto& row : page.objects) out.push_back(row->object_key);
    for (const auto& prefix : page.common_prefixes) out.push_back(cat('[', prefix, ']'));
    return out;
  }

  /// Everything, `most` at a time, in the order of the pages.
  Strings list_by_pages(ListingQuery query, std::size_t most) {
    Strings out;
    query.most = most;
    while (true) {
      auto page = list_page(database_.reader(), query);
      EXPECT_LE(page.objects.size() + page.common_prefixes.size(), most);
      for (const auto& row : page.objects) out.push_back(row->object_key);
      for (const auto& prefix : page.common_prefixes) out.push_back(cat('[', prefix, ']'));
      if (!page.truncated) break;
      EXPECT_GT(page.last, query.after) << "a page gets on";
      query.after = page.last;
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  Database database_{stored_schema()};
  SeededIds ids_{1};
};

TEST_F(Listing, FoldsAtTheDelimiter) {
  fill("b", {"a/1", "a/2", "b", "c/d/e", "c/f"});
  fill("a", {"z"});
  fill("c", {"a"});
  EXPECT_EQ(list({.bucket = "b"}), (Strings{"a/1", "a/2", "b", "c/d/e", "c/f"}));
  EXPECT_EQ(list({.bucket = "b", .delimiter = "/"}), (Strings{"b", "[a/]", "[c/]"}));
  EXPECT_EQ(list({.bucket = "b", .prefix = "c/", .delimiter = "/"}), (Strings{"c/f", "[c/d/]"}));
  EXPECT_EQ(list({.bucket = "b", .prefix = "c", .delimiter = "/"}), Strings{"[c/]"});
  EXPECT_EQ(list({.bucket = "b", .prefix = "x"}), Strings{});
  EXPECT_EQ(list({.bucket = "none"}), Strings{});
}

TEST_F(Listing, APrefixThatIsAKeyItself) {
  fill("b", {"a", "a/", "a/b", "ab"});
  EXPECT_EQ(list({.bucket = "b", .prefix = "a"}), (Strings{"a", "a/", "a/b", "ab"}));
  EXPECT_EQ(list({.bucket = "b", .prefix = "a/", .delimiter = "/"}), (Strings{"a/", "a/b"}));
}

TEST_F(Listing, GoesOnBehindAKeyOrACommonPrefix) {
  fill("b", {"a/1", "a/2", "b", "c"});
  EXPECT_EQ(list({.bucket = "b", .after = "a/1"}), (Strings{"a/2", "b", "c"}));
  EXPECT_EQ(list({.bucket = "b", .delimiter = "/", .after = "a/"}), (Strings{"b", "c"}));
  EXPECT_EQ(list({.bucket = "b", .prefix = "b", .after = "a/1"}), Strings{"b"});
  EXPECT_EQ(list({.bucket = "b", .prefix = "a", .after = "b"}), Strings{});
}

TEST_F(Listing, SaysWhetherThereIsMore) {
  fill("b", {"a", "b", "c"});
  auto page = list_page(database_.reader(), {.bucket = "b", .most = 2});
  EXPECT_TRUE(page.truncated);
  EXPECT_EQ(page.last, "b");
  EXPECT_FALSE(list_page(database_.reader(), {.bucket = "b", .most = 3}).truncated);
  EXPECT_FALSE(list_page(database_.reader(), {.bucket = "b", .most = 0}).truncated);
}

TEST_F(Listing, PagesOfAnySizeGiveEverythingOnce) {
  std::mt19937 random(7);
  std::set<std::string> keys;
  while (keys.size() < 700) {
    std::string key;
    for (auto length = 1 + random() % 7; length > 0; --length) key.push_back("ab/\n~"[random() % 5]);
    keys.insert(key);
  }
  fill("b", {keys.begin(), keys.end()});
  for (const char* delimiter : {"", "/", "b"}) {
    for (const char* prefix : {"", "a", "a/"}) {
      std::set<std::string> expected;
      for (const auto& key : keys) {
        if (!key.starts_with(prefix)) continue;
        std::string_view mark = delimiter;
        auto fold = mark.empty() ? std::string::npos : key.find(mark, std::string_view(prefix).size());
        expected.insert(fold == std::string::npos ? key : cat('[', key.substr(0, fold + 1), ']'));
      }
      for (std::size_t most : {1U, 7U, 1000U}) {
        ListingQuery query{.bucket = "b", .prefix = prefix, .delimiter = delimiter};
        EXPECT_EQ(list_by_pages(query, most), Strings(expected.begin(), expected.end())) << delimiter << " " << prefix << " " << most;
      }
    }
  }
}

}  // namespace
}  // namespace roadstead::s3
