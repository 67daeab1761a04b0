// SPDX-License-Identifier: Apache-2.0
#include "console/objects_api.h"

#include "base/random.h"
#include "objects/filesystem_object_store.h"
#include "store/sqlite/database.h"
#include "store/sqlite/object_tables.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cstring>

namespace tunesmith::console {
namespace {

namespace json = boost::json;

class TextReader final : public http::BodyReader {
 public:
  explicit TextReader(std::string text) : source_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> into) override { return source_.read(into); }

 private:
  objects::StringSource source_;
};

class ObjectsApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = store::Database::open(":memory:").value();
    index_ = std::make_unique<store::SqliteObjectIndex>(*database_);
    store_ = objects::FilesystemObjectStore::open(folder_, *index_, clock_).value();
    ASSERT_TRUE(store_->create_bucket("data", "us-east-1"));
    api_.emplace(*store_);
  }
  void TearDown() override {
    api_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  http::Response ask(const std::string& method, const std::vector<std::string>& path,
                     const std::string& query = "", const std::string& body = "") {
    TextReader reader(body);
    http::Request request;
    request.method = method;
    request.target = "/_console/api/objects" + (query.empty() ? "" : "?" + query);
    request.body = &reader;
    if (method == "PUT") request.content_length = body.size();
    return api_->handle(request, path);
  }
  static json::object document(const http::Response& response) {
    return json::parse(std::get<std::string>(response.body)).as_object();
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("objects-api-" + random_hex(6));
  SystemClock clock_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::SqliteObjectIndex> index_;
  std::unique_ptr<objects::FilesystemObjectStore> store_;
  std::optional<ObjectsApi> api_;
};

TEST_F(ObjectsApiTest, WhatIsUploadedIsListedShownAndComesBack) {
  EXPECT_EQ(ask("PUT", {"objects", "data", "a/b c.csv"}, "", "x,y\n1,2\n").status, 200);
  const auto top = document(ask("GET", {"objects", "data"}));
  EXPECT_EQ(top.at("folders").at(0).as_string(), "a/");
  EXPECT_TRUE(top.at("objects").as_array().empty());
  const auto inside = document(ask("GET", {"objects", "data"}, "prefix=a%2F"));
  EXPECT_EQ(inside.at("objects").at(0).at("key").as_string(), "a/b c.csv");
  EXPECT_EQ(inside.at("objects").at(0).at("size").to_number<int>(), 8);
  const auto shown = document(ask("GET", {"objects", "data", "a/b c.csv"}, "preview=1"));
  EXPECT_EQ(shown.at("text").as_string(), "x,y\n1,2\n");
  EXPECT_TRUE(shown.at("whole").as_bool());
  const auto file = ask("GET", {"objects", "data", "a/b c.csv"});
  EXPECT_EQ(file.headers.get_or("content-type", ""), "application/octet-stream");
  EXPECT_EQ(file.headers.get_or("content-disposition", ""),
            "attachment; filename=\"download\"; filename*=UTF-8''b%20c.csv");
  const auto& reader = std::get<std::unique_ptr<http::BodyReader>>(file.body);
  EXPECT_EQ(http::read_all(*reader, 100).value(), "x,y\n1,2\n");
  EXPECT_EQ(ask("DELETE", {"objects", "data", "a/b c.csv"}).status, 200);
  EXPECT_EQ(ask("GET", {"objects", "data", "a/b c.csv"}).status, 404);
}

TEST_F(ObjectsApiTest, BytesThatAreNoTextAreNotShown) {
  ask("PUT", {"objects", "data", "model.bin"}, "", std::string("\x00\xff\x01", 3));
  EXPECT_TRUE(
      document(ask("GET", {"objects", "data", "model.bin"}, "preview=1")).at("text").is_null());
  // A character that the end of the preview cuts in two does not make text binary.
  std::string text(64 * 1024 - 1, 'a');
  ask("PUT", {"objects", "data", "long.txt"}, "", text + "\xc3\xa9 and more");
  const auto shown = document(ask("GET", {"objects", "data", "long.txt"}, "preview=1"));
  EXPECT_EQ(shown.at("text").as_string().size(), text.size());
  EXPECT_FALSE(shown.at("whole").as_bool());
}

TEST_F(ObjectsApiTest, WhatIsNotThereIsSaidSo) {
  EXPECT_EQ(ask("GET", {"objects", "nothing"}).status, 404);
  EXPECT_EQ(ask("PUT", {"objects", "nothing", "k"}, "", "x").status, 404);
  EXPECT_EQ(ask("GET", {"objects", "data", "k"}, "preview=1").status, 404);
  EXPECT_EQ(document(ask("GET", {"objects"})).at("buckets").at(0).at("name").as_string(), "data");
}

TEST_F(ObjectsApiTest, NothingIsUploadedWhileThereIsNoRoom) {
  api_.emplace(*store_, [](std::string_view operation) -> std::optional<std::string> {
    if (operation == "PutObject") return "the disk is full";
    return std::nullopt;
  });
  const auto refused = ask("PUT", {"objects", "data", "k"}, "", "x");
  EXPECT_EQ(refused.status, 507);
  EXPECT_EQ(document(refused).at("error").at("message").as_string(), "the disk is full");
  EXPECT_EQ(ask("GET", {"objects", "data", "k"}).status, 404);
  EXPECT_EQ(ask("DELETE", {"objects", "data", "k"}).status, 200) << "it makes room";
}

TEST_F(ObjectsApiTest, AKeyThatIsTooLongIsTheClientsMistake) {
  EXPECT_EQ(ask("PUT", {"objects", "data", std::string(1024, 'k')}, "", "x").status, 200);
  EXPECT_EQ(ask("PUT", {"objects", "data", std::string(1025, 'k')}, "", "x").status, 400);
}

}  // namespace
}  // namespace tunesmith::console
