// SPDX-License-Identifier: Apache-2.0
//
// A store in a temporary folder and ways to call operations on it, for the tests of this folder.
#pragma once

#include "base/random.h"
#include "objects/filesystem_object_store.h"
#include "services/s3/operations.h"
#include "store/sqlite/database.h"
#include "store/sqlite/object_tables.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

namespace tunesmith::services::s3 {

class S3Fixture : public testing::Test {
 protected:
  S3Fixture() {
    std::filesystem::create_directories(folder_);
    database_ = store::Database::open(folder_ / "tunesmith.db").value();
    index_ = std::make_unique<store::SqliteObjectIndex>(*database_);
    store_ = objects::FilesystemObjectStore::open(folder_ / "objects", *index_, clock_,
                                                  {.min_part = 4, .sweep_at_start = false})
                 .value();
    context.region = "us-east-1";
    context.identity.account = "123456789012";
    context.host = "127.0.0.1:9000";
    create_bucket("data");
  }
  ~S3Fixture() override {
    store_.reset();
    index_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  class TextReader final : public http::BodyReader {
   public:
    explicit TextReader(std::string text) : source_(std::move(text)) {}
    Result<std::size_t> read(std::span<char> into) override { return source_.read(into); }

   private:
    objects::StringSource source_;
  };

  Call call() { return {*store_, context}; }

  void create_bucket(const std::string& name) {
    api::CreateBucketRequest input;
    input.bucket = name;
    ASSERT_TRUE(s3::create_bucket(call(), input));
  }
  /// Runs PutObject or UploadPart with `content` as its body.
  template <class Function, class Input>
  auto send(Function function, Input& input, const std::string& content) {
    TextReader reader(content);
    input.body.reader = &reader;
    input.body.length = content.size();
    return function(call(), input);
  }
  api::PutObjectOutput put(const std::string& key, const std::string& content,
                           api::PutObjectRequest input = {}) {
    input.bucket = "data";
    input.key = key;
    return send(put_object, input, content).value();
  }
  static std::string body_of(aws::OutputStream& body) {
    std::string text;
    std::string buffer(7, '\0');
    if (auto* file = std::get_if<http::FileBody>(&body.content)) {
      const auto source =
          objects::as_source(objects::FileSlice{std::move(file->file), file->offset, file->length});
      while (const std::size_t n = source->read(buffer).value()) text.append(buffer, 0, n);
    } else {
      auto& reader = *std::get<std::unique_ptr<http::BodyReader>>(body.content);
      while (const std::size_t n = reader.read(buffer).value()) text.append(buffer, 0, n);
    }
    return text;
  }
  std::string get(const std::string& key) {
    api::GetObjectRequest input;
    input.bucket = "data";
    input.key = key;
    auto output = get_object(call(), input).value();
    return body_of(output.body);
  }
  template <class Output>
  static std::string code(const aws::Outcome<Output>& outcome) {
    return outcome ? "ok" : outcome.error().code;
  }

  aws::RequestContext context;

 private:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("tunesmith-s3-" + random_hex(6));
  SystemClock clock_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::SqliteObjectIndex> index_;
  std::unique_ptr<objects::FilesystemObjectStore> store_;
};

}  // namespace tunesmith::services::s3
