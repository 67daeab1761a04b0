// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/name_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tunesmith::store {
namespace {

using testing::ElementsAre;
using testing::Optional;
using testing::UnorderedElementsAre;

class NameTableTest : public testing::Test {
 protected:
  NameTableTest() {
    write("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, created INTEGER DEFAULT 0)");
  }

  void write(const std::string& sql) {
    EXPECT_TRUE(database_->write([&](Connection& c) { return c.execute(sql); }));
  }
  std::optional<std::vector<std::int64_t>> find(std::string_view part, std::size_t most = 100) {
    std::optional<std::vector<std::int64_t>> ids;
    EXPECT_TRUE(database_->read([&](Connection& c) -> Result<void> {
      TUNESMITH_TRY(const auto found, names_.find(c, part, most));
      if (found) ids.emplace();
      for (std::size_t i = 0; found && i < found->size(); ++i) ids->push_back(found->at(i).id);
      return {};
    }));
    return ids;
  }

  std::unique_ptr<Database> database_ = Database::open(":memory:").value();
  NameTable names_{"things WHERE true"};
};

TEST_F(NameTableTest, PartsAreFoundWithoutCaseAtBothEndsAndInTheMiddle) {
  write("INSERT INTO things (id, name) VALUES (3, 'Adam-One'), (5, 'one-more'), (9, 'sOmE')");
  EXPECT_THAT(find("one"), Optional(UnorderedElementsAre(3, 5)));
  EXPECT_THAT(find("ONE-"), Optional(UnorderedElementsAre(5)));
  EXPECT_THAT(find("ome"), Optional(UnorderedElementsAre(9)));
  EXPECT_THAT(find("none"), Optional(ElementsAre()));
  EXPECT_THAT(find(""), Optional(UnorderedElementsAre(3, 5, 9)));
}

TEST_F(NameTableTest, OneNameThatHasThePartTwiceIsFoundOnce) {
  write("INSERT INTO things (id, name) VALUES (1, 'abab'), (2, 'ab')");
  EXPECT_THAT(find("ab"), Optional(UnorderedElementsAre(1, 2)));
}

TEST_F(NameTableTest, RowsThatCameSinceTheLastSearchAreFound) {
  EXPECT_THAT(find("a"), Optional(ElementsAre()));
  for (int id = 1; id <= 3; ++id) {
    write("INSERT INTO things (id, name) VALUES (" + std::to_string(id) + ", 'a')");
    EXPECT_EQ(find("a")->size(), static_cast<std::size_t>(id));
  }
}

TEST_F(NameTableTest, MoreThanAskedForAreNotListed) {
  write("INSERT INTO things (id, name) VALUES (1, 'a1'), (2, 'a2'), (3, 'a3'), (4, 'b')");
  EXPECT_EQ(find("a", 2), std::nullopt);
  EXPECT_THAT(find("a", 3), Optional(UnorderedElementsAre(1, 2, 3)));
}

TEST_F(NameTableTest, ManyErasedRowsAreForgotten) {
  write(
      "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
      "INSERT INTO things (id, name) SELECT i, 'a' || i FROM n");
  EXPECT_EQ(find("a", 10'000)->size(), 5000U);
  write("DELETE FROM things WHERE id != 7");
  for (int id = 1; id <= 5000; ++id) {
    if (id != 7) names_.erased(id);
  }
  EXPECT_THAT(find("a", 10'000), Optional(ElementsAre(7)));
  EXPECT_EQ(names_.highest_erased(), 5000);
}

}  // namespace
}  // namespace tunesmith::store
