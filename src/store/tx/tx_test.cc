#include "store/tx/tx.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "store/test_rows.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

class TxTest : public testing::Test {
 protected:
  Database::Outcome run(Work work) { return database_.run(work, Instant::from_seconds(100), ids_); }

  void put(PetRow row) {
    run([&](Tx& tx) -> Status {
      tx.put(std::move(row));
      return Done{};
    });
  }

  std::vector<std::string> pets_of(std::string_view owner) {
    std::vector<std::string> names;
    database_.reader().for_each(PetRowIndex::by_owner, owner, [&](const PetRow& pet) { names.push_back(pet.name); });
    return names;
  }

  Database database_{test_schema()};
  SeededIds ids_{1};
};

TEST_F(TxTest, ReadsWhatItWrote) {
  auto outcome = run([](Tx& tx) -> Status {
    tx.put(PetRow{"rex", "ann"});
    tx.put(OwnerRow{"ann", 1});
    EXPECT_EQ(tx.find<PetRow>("rex")->owner, "ann");
    EXPECT_EQ(tx.list(PetRowIndex::by_owner, "ann").size(), 1U);
    EXPECT_EQ(tx.first(PetRowIndex::by_owner, "ann")->name, "rex");
    EXPECT_EQ(tx.first(PetRowIndex::by_owner, "bob"), nullptr);
    EXPECT_EQ(tx.now(), Instant::from_seconds(100));
    return Done{};
  });
  ASSERT_TRUE(outcome.status);
  ASSERT_NE(outcome.batch, nullptr);
  EXPECT_EQ(outcome.batch->seq, 1U);
  ASSERT_EQ(outcome.batch->changes.size(), 2U);
  const auto& change = outcome.batch->changes[0];
  EXPECT_EQ(change.after_as<PetRow>()->name, "rex");
  EXPECT_EQ(change.before_as<PetRow>(), nullptr);
  EXPECT_EQ(change.after_as<OwnerRow>(), nullptr) << "a change of another table";
}

TEST_F(TxTest, RefusalUndoesEverything) {
  put({"rex", "ann", {"big"}, 3});
  auto outcome = run([](Tx& tx) -> Status {
    tx.update<PetRow>("rex", [](PetRow& pet) { pet.owner = "bob"; });
    tx.put(PetRow{"tom", "ann"});
    tx.update<PetRow>("tom", [](PetRow& pet) { pet.tags = {"small"}; });
    tx.erase<PetRow>("rex");
    return Error{"InvalidParameterException", "No."};
  });
  EXPECT_EQ(outcome.status.error().message, "No.");
  EXPECT_EQ(outcome.batch, nullptr);
  EXPECT_EQ(pets_of("ann"), std::vector<std::string>{"rex"});
  EXPECT_TRUE(pets_of("bob").empty());
  EXPECT_EQ(database_.reader().list(PetRowIndex::by_tag, "big").size(), 1U);
  EXPECT_TRUE(database_.reader().list(PetRowIndex::by_tag, "small").empty());
  EXPECT_EQ(database_.seq(), 1U);
}

TEST_F(TxTest, AnExceptionIsARefusal) {
  auto outcome = run([](Tx& tx) -> Status {
    tx.put(PetRow{"rex"});
    throw std::runtime_error("out of range");
  });
  EXPECT_EQ(outcome.status.error().code, "ServerException");
  EXPECT_EQ(outcome.status.error().detail, "out of range");
  EXPECT_EQ(database_.reader().count<PetRow>(), 0U);
}

TEST_F(TxTest, WhatComesToNothingIsNoBatch) {
  put({"rex", "ann"});
  auto outcome = run([](Tx& tx) -> Status {
    tx.put(PetRow{"rex", "ann"});
    tx.update<PetRow>("rex", [](PetRow&) {});
    EXPECT_FALSE(tx.changed());
    tx.put(PetRow{"tom"});
    tx.erase<PetRow>("tom");
    tx.update<PetRow>("rex", [](PetRow& pet) { pet.age = 9; });
    tx.update<PetRow>("rex", [](PetRow& pet) { pet.age = 0; });
    EXPECT_FALSE(tx.erase<PetRow>("nobody"));
    EXPECT_EQ(tx.update<PetRow>("nobody", [](PetRow&) { FAIL(); }), nullptr);
    return Done{};
  });
  EXPECT_TRUE(outcome.status);
  EXPECT_EQ(outcome.batch, nullptr);
  EXPECT_EQ(outcome.seen, 1U);
}

TEST_F(TxTest, ABatchNamesARowOnce) {
  put({"rex", "ann", {}, 1});
  auto outcome = run([](Tx& tx) -> Status {
    tx.update<PetRow>("rex", [](PetRow& pet) { pet.age = 2; });
    tx.put(PetRow{"tom"});
    tx.update<PetRow>("rex", [](PetRow& pet) { pet.age = 3; });
    return Done{};
  });
  ASSERT_EQ(outcome.batch->changes.size(), 2U);
  EXPECT_EQ(outcome.batch->changes[0].before_as<PetRow>()->age, 1);
  EXPECT_EQ(outcome.batch->changes[0].after_as<PetRow>()->age, 3);
}

TEST_F(TxTest, SavepointsUndoAPart) {
  auto outcome = run([](Tx& tx) -> Status {
    tx.put(PetRow{"rex"});
    auto point = tx.savepoint();
    tx.put(PetRow{"tom"});
    tx.update<PetRow>("rex", [](PetRow& pet) { pet.age = 5; });
    tx.undo_to(point);
    return Done{};
  });
  ASSERT_EQ(outcome.batch->changes.size(), 1U);
  EXPECT_EQ(outcome.batch->changes[0].after_as<PetRow>()->age, 0);
  EXPECT_EQ(database_.reader().find<PetRow>("tom"), nullptr);
}

TEST_F(TxTest, ABatchCanBeTakenBack) {
  put({"rex", "ann"});
  auto outcome = run([](Tx& tx) -> Status {
    tx.erase<PetRow>("rex");
    tx.put(PetRow{"tom", "ann"});
    return Done{};
  });
  database_.undo(*outcome.batch);
  EXPECT_EQ(pets_of("ann"), std::vector<std::string>{"rex"});
  EXPECT_EQ(database_.seq(), 1U);
}

TEST_F(TxTest, ConsequencesAreInTheSameBatch) {
  int asked = 0;
  database_.set_consequence([&](Tx& tx, std::span<const Change> changes) {
    ++asked;
    for (const auto& change : changes) {
      if (auto pet = change.after_as<PetRow>()) tx.put(OwnerRow{cat("of ", pet->name), 1});
    }
  });
  auto outcome = run([](Tx& tx) -> Status {
    tx.put(PetRow{"rex"});
    return Done{};
  });
  ASSERT_EQ(outcome.batch->changes.size(), 2U);
  EXPECT_TRUE(database_.reader().contains<OwnerRow>("of rex"));
  database_.undo(*outcome.batch);
  EXPECT_EQ(database_.reader().count<OwnerRow>() + database_.reader().count<PetRow>(), 0U);
  run([](Tx&) -> Status { return Done{}; });
  run([](Tx& tx) -> Status {
    tx.put(PetRow{"tom"});
    return Error{"No", "no"};
  });
  EXPECT_EQ(asked, 1);
}

TEST_F(TxTest, ScansInPages) {
  for (int number = 10; number < 35; ++number) put({cat("pet", number)});
  auto reader = database_.reader();
  auto first = reader.scan<PetRow>("", 10);
  auto second = reader.scan<PetRow>(first.back()->name, 10);
  auto third = reader.scan<PetRow>(second.back()->name, 10);
  EXPECT_EQ(first.front()->name, "pet10");
  EXPECT_EQ(second.front()->name, "pet20");
  EXPECT_EQ(third.size(), 5U);
  EXPECT_EQ(reader.scan<PetRow>("pet155", 1).front()->name, "pet16") << "the row of the mark may be gone";
  EXPECT_TRUE(reader.scan<PetRow>("", 0).empty());
  EXPECT_EQ(reader.all<PetRow>().size(), 25U);
}

TEST_F(TxTest, RowsOutliveTheirReplacement) {
  put({"rex", "ann", {}, 1});
  auto old = database_.reader().find<PetRow>("rex");
  put({"rex", "ann", {}, 2});
  EXPECT_EQ(old->age, 1);
  EXPECT_EQ(database_.reader().find<PetRow>("rex")->age, 2);
}

TEST_F(TxTest, AWalkMayChangeWhatItWalks) {
  for (int number = 100; number < 400; ++number) put({cat(number), "ann"});
  auto outcome = run([](Tx& tx) -> Status {
    int visited = 0;
    tx.for_each(PetRowIndex::by_owner, "ann", [&](const PetRow& pet) {
      tx.erase<PetRow>(pet.name);
      tx.put(PetRow{cat("x", pet.name), "bob"});
      return ++visited < 250;
    });
    return Done{};
  });
  EXPECT_EQ(outcome.batch->changes.size(), 500U);
  EXPECT_EQ(pets_of("ann").size(), 50U);
  EXPECT_EQ(database_.reader().count(PetRowIndex::by_owner, "bob"), 250U);
}

TEST_F(TxTest, LoadNamesWhatItCannotRead) {
  EXPECT_TRUE(database_.load("pets", "rex", "rex|ann||4"));
  EXPECT_EQ(database_.reader().find<PetRow>("rex")->age, 4);
  EXPECT_EQ(database_.load("ghosts", "x", "").error().code, "StateUnreadable");
  auto unreadable = database_.load("pets", "tom", "gibberish");
  EXPECT_NE(unreadable.error().message.find("\"tom\" of table \"pets\""), std::string::npos);
}

}  // namespace
}  // namespace roadstead
