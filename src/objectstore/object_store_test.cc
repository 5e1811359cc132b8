#include "objectstore/object_store.h"

#include <gtest/gtest.h>

#include "base/data/hash.h"
#include "base/text/text.h"
#include "io/file.h"
#include "rows/rows.gen.h"
#include "store/inline_transactor.h"
#include "store/log/memory_log.h"

namespace roadstead {
namespace {

class ObjectStoreTest : public testing::Test {
 protected:
  ObjectStoreTest() : directory_(*make_temporary_directory(testing::TempDir(), "objects-")) {
    open();
    EXPECT_TRUE(store_->transact([](Tx& tx) -> Status {
      tx.put(BucketRow{.bucket_name = "b"});
      return Done{};
    }));
  }

  ~ObjectStoreTest() override { EXPECT_TRUE(remove_tree(directory_)); }

  void open() {
    store_.reset();
    files_ = std::move(ObjectFiles::open(directory_)).value();
    store_ = std::make_unique<ObjectStore>(*files_, transactor_);
  }

  Status put(const std::string& bucket, const std::string& key, std::string_view bytes) {
    auto hold = TRY(store_->hold(bytes));
    auto before = std::make_shared<std::string>();
    auto done = store_->transact([&, before](Tx& tx) -> Status {
      auto size = static_cast<std::int64_t>(bytes.size());
      ObjectRow row{.bucket_name = bucket, .object_key = key, .content_sha256 = hold.content(), .size = size, .etag = "e"};
      *before = TRY(replace_object(tx, std::move(row)));
      return Done{};
    });
    TRY(done);
    store_->let_go({*before});
    return Done{};
  }

  std::string get(const std::string& key) {
    auto found = store_->read("b", key);
    return found ? found->bytes : found.error().code;
  }

  void erase(const std::string& key) {
    auto gone = std::make_shared<std::string>();
    EXPECT_TRUE(store_->transact([&, gone](Tx& tx) -> Status {
      auto row = TRY(find_object(tx, "b", key));
      *gone = row->content_sha256;
      tx.erase<ObjectRow>(RowTraits<ObjectRow>::key(*row));
      return Done{};
    }));
    store_->let_go({*gone});
  }

  std::string path_of(std::string_view bytes) const {
    auto content = sha256_hex(bytes);
    return cat(directory_, '/', content.substr(0, 2), '/', content);
  }

  std::string directory_;
  FakeClock clock_;
  SeededIds ids_{1};
  Database database_{stored_schema()};
  MemoryLog log_;
  Feed feed_;
  InlineTransactor transactor_{{database_, log_, feed_, clock_, ids_}};
  std::unique_ptr<ObjectFiles> files_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(ObjectStoreTest, GivesBackWhatWasPut) {
  ASSERT_TRUE(put("b", "k", "hello"));
  EXPECT_EQ(get("k"), "hello");
  ASSERT_TRUE(put("b", "empty", ""));
  EXPECT_EQ(get("empty"), "");
  EXPECT_EQ(get("other"), "NoSuchKey");
  EXPECT_EQ(store_->read("none", "k").error().code, "NoSuchBucket");
}

TEST_F(ObjectStoreTest, AnOverwrittenContentGoesWithItsLastObject) {
  ASSERT_TRUE(put("b", "one", "same"));
  ASSERT_TRUE(put("b", "two", "same"));
  ASSERT_TRUE(put("b", "one", "other"));
  EXPECT_TRUE(exists(path_of("same")));
  EXPECT_EQ(get("two"), "same");
  erase("two");
  EXPECT_FALSE(exists(path_of("same")));
  EXPECT_EQ(get("one"), "other");
}

TEST_F(ObjectStoreTest, AContentThatIsHeldStays) {
  ASSERT_TRUE(put("b", "k", "bytes"));
  auto hold = store_->hold("bytes");
  ASSERT_TRUE(hold);
  erase("k");
  EXPECT_TRUE(exists(path_of("bytes")));
  { auto last = std::move(*hold); }
  store_->let_go({sha256_hex("bytes")});
  EXPECT_FALSE(exists(path_of("bytes")));
}

TEST_F(ObjectStoreTest, PuttingTheSameAgainLosesNothing) {
  ASSERT_TRUE(put("b", "k", "bytes"));
  ASSERT_TRUE(put("b", "k", "bytes"));
  EXPECT_EQ(get("k"), "bytes");
}

TEST_F(ObjectStoreTest, WhatACrashLeftBehindIsSwept) {
  ASSERT_TRUE(put("b", "k", "kept"));
  { ASSERT_TRUE(store_->hold("written, and the row never came")); }
  ASSERT_TRUE(write_file_atomic(cat(path_of("kept"), ".new.1.1"), "half"));
  open();
  ASSERT_TRUE(sweep_objects(*files_, database_.reader()));
  EXPECT_EQ(get("k"), "kept");
  EXPECT_FALSE(exists(path_of("written, and the row never came")));
  EXPECT_FALSE(exists(cat(path_of("kept"), ".new.1.1")));
}

TEST_F(ObjectStoreTest, ReadsWhatIsChosen) {
  ASSERT_TRUE(put("b", "k", "0123456789"));
  auto found = store_->read("b", "k", [](const ObjectRow& row) -> Result<ContentSlice> {
    return ContentSlice{.content = row.content_sha256, .first = 3, .size = 4};
  });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bytes, "3456");
  auto too_much = store_->read("b", "k", [](const ObjectRow& row) -> Result<ContentSlice> {
    return ContentSlice{.content = row.content_sha256, .first = 0, .size = longest_reading + 1};
  });
  EXPECT_EQ(too_much.error().code, "NotImplemented");
}

TEST_F(ObjectStoreTest, JoinsSlicesIntoAContentOfTheirBytes) {
  std::string long_one(600'000, 'x');
  auto first = store_->hold("hello");
  auto second = store_->hold(long_one);
  ASSERT_TRUE(first && second);
  std::string seen;
  auto joined = store_->join(
      {{first->content(), 1, 3}, {second->content(), 0, 600'000}, {first->content(), 0, 0}, {first->content(), 0, 5}},
      [&](std::string_view piece) { seen += piece; }
  );
  ASSERT_TRUE(joined);
  auto whole = cat("ell", long_one, "hello");
  EXPECT_EQ(seen, whole);
  EXPECT_EQ(joined->content(), sha256_hex(whole));
  EXPECT_EQ(*read_file(path_of(whole)), whole);
  EXPECT_EQ(list_directory(cat(directory_, "/joining"))->size(), 0U);
}

TEST_F(ObjectStoreTest, AJoinOfWhatIsNotThereLeavesNothing) {
  auto there = store_->hold("hello");
  ASSERT_TRUE(there);
  auto see = [](std::string_view) {};
  EXPECT_EQ(store_->join({{there->content(), 0, 5}, {sha256_hex("none"), 0, 4}}, see).error().code, "NoSuchContent");
  EXPECT_EQ(store_->join({{there->content(), 0, 6}}, see).error().code, "NoSuchContent");
  EXPECT_EQ(list_directory(cat(directory_, "/joining"))->size(), 0U);
}

TEST_F(ObjectStoreTest, PartsOfUploadsNameContentsToo) {
  ASSERT_TRUE(put("b", "k", "shared"));
  ASSERT_TRUE(store_->transact([](Tx& tx) -> Status {
    tx.put(UploadPartRow{.upload_id = "u", .part_number = 1, .content_sha256 = sha256_hex("shared"), .etag = "e"});
    return Done{};
  }));
  erase("k");
  EXPECT_TRUE(exists(path_of("shared")));
  // What a crash in the middle of a join leaves behind.
  ASSERT_TRUE(make_directories(cat(directory_, "/joining")));
  ASSERT_TRUE(write_file_atomic(cat(directory_, "/joining/1.1"), "half"));
  open();
  ASSERT_TRUE(sweep_objects(*files_, database_.reader()));
  EXPECT_TRUE(exists(path_of("shared")));
  EXPECT_FALSE(exists(cat(directory_, "/joining/1.1")));
}

TEST_F(ObjectStoreTest, LostBytesAreAnErrorOfOurs) {
  ASSERT_TRUE(put("b", "k", "bytes"));
  ASSERT_TRUE(remove_file(path_of("bytes")));
  EXPECT_EQ(get("k"), "InternalError");
}

}  // namespace
}  // namespace roadstead
