// SPDX-License-Identifier: Apache-2.0
#include "app/object_inputs.h"

#include "app/access_control.h"
#include "base/random.h"
#include "base/strings.h"
#include "objects/filesystem_object_store.h"
#include "store/sqlite/object_tables.h"
#include "store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tunesmith::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using training::ChannelFile;
using training::InputChannel;

std::string record(const std::string& payload) {
  const std::uint32_t head[2] = {0xced7230aU, static_cast<std::uint32_t>(payload.size())};
  std::string out(reinterpret_cast<const char*>(head), sizeof head);
  out += payload;
  out.resize((out.size() + 3) / 4 * 4);
  return out;
}

class ObjectInputsTest : public testing::Test {
 protected:
  ObjectInputsTest() {
    EXPECT_TRUE(lock);
    EXPECT_TRUE(objects->create_bucket("data", "us-east-1"));
    channel.name = "train";
    channel.s3_uri = "s3://data/m.jsonl";
    channel.data_type = "AugmentedManifestFile";
    channel.attribute_names = {"x-ref"};
  }
  ~ObjectInputsTest() override { fs::remove_all(folder); }

  void put(const std::string& key, const std::string& content) {
    objects::StringSource text(content);
    auto staged = objects->stage(text, {}, std::nullopt);
    ASSERT_TRUE(staged);
    ASSERT_TRUE(objects->put("data", key, std::move(*staged), {}));
  }
  std::vector<ChannelFile> files() {
    auto found = inputs.files(channel, "");
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : std::vector<ChannelFile>();
  }
  static std::string content(const ChannelFile& file) {
    std::string text = read_file(file.path).value_or("unreadable");
    EXPECT_EQ(file.size, text.size());
    return text;
  }
  std::string stream() {
    const auto found = files();
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? "" : content(found.front());
  }
  Error fault() {
    const auto found = inputs.files(channel, "");
    EXPECT_FALSE(found);
    return found ? Error() : found.error();
  }

  fs::path folder = fs::temp_directory_path() / ("object-inputs-" + random_hex(6));
  DataDirectory directory{folder};
  Result<FileDescriptor> lock = directory.take();
  SystemClock clock;
  std::unique_ptr<store::Database> database = store::Database::open(directory.database()).value();
  store::SqliteStore rows{*database};
  store::SqliteObjectIndex index{*database};
  std::unique_ptr<objects::FilesystemObjectStore> objects =
      objects::FilesystemObjectStore::open(directory.objects(), index, clock).value();
  AccessControl access = AccessControl::open(*database, rows, *objects, directory, clock).value();
  ObjectInputs inputs{*objects, directory.joined(), *access.authorizer};
  InputChannel channel;
};

TEST_F(ObjectInputsTest, AnAugmentedManifestIsTheStreamOfItsAttributesInTheOrderOfTheirNames) {
  put("a", "1,2\n");
  put("b", "3,4\n");
  put("m.jsonl",
      "{\"x-ref\":\"s3://data/b\",\"label\":0.50,\"text\":\"t,\"}\n\n"
      "{\"label\":1,\"text\":\"u,\",\"x-ref\":\"s3://data/a\",\"more\":[]}");
  EXPECT_EQ(stream(), "3,4\n1,2\n");
  channel.attribute_names = {"text", "label", "text", "x-ref"};
  EXPECT_EQ(stream(), "t,0.50t,3,4\nu,1u,1,2\n");
  EXPECT_EQ(files().front().name, "train_0");
}

TEST_F(ObjectInputsTest, EachValueIsARecordWhereThatIsAskedFor) {
  const std::string large(1U << 20U, 'x');
  put("a", large);
  put("m.jsonl", "{\"x-ref\":\"s3://data/a\",\"n\":1}\n{\"x-ref\":\"s3://data/a\",\"n\":[2, 3]}\n");
  channel.attribute_names = {"n", "x-ref"};
  channel.record_wrapper = "RecordIO";
  EXPECT_EQ(stream(), record("1") + record(large) + record("[2,3]") + record(large));
}

TEST_F(ObjectInputsTest, EachObjectOfAPrefixIsARecordWhereThatIsAskedFor) {
  put("in/a", "one");
  put("in/b", "");
  channel.data_type = "S3Prefix";
  channel.s3_uri = "s3://data/in/";
  const auto plain = files();
  channel.record_wrapper = "RecordIO";
  const auto records = files();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(content(records[0]), record("one"));
  EXPECT_EQ(content(records[1]), record(""));
  EXPECT_EQ(records[0].name, "a");
  EXPECT_NE(records[0].identity, plain[0].identity);
}

TEST_F(ObjectInputsTest, AKeyThatLeadsOutOfTheChannelIsNamed) {
  put("p/fine.csv", "1,2\n");
  put("p/../../etc/x.csv", "1,2\n");
  channel.data_type = "S3Prefix";
  channel.s3_uri = "s3://data/p/";
  const auto found = inputs.files(channel, "");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(found.error().message, HasSubstr("s3://data/p/../../etc/x.csv"));
}

TEST_F(ObjectInputsTest, CompressedObjectsAreStreamedAsWhatTheyHold) {
  // "hello", as gzip -n makes it.
  const std::string hello = *from_hex("1f8b0800000000000003cb48cdc9c9070086a6103605000000");
  put("in/a", hello);
  put("m.jsonl", "{\"x-ref\":\"s3://data/in/a\",\"n\":1}\n");
  channel.attribute_names = {"x-ref", "n"};
  EXPECT_EQ(stream(), hello + "1");
  channel.compression = "Gzip";
  EXPECT_EQ(stream(), "hello1");
  channel.record_wrapper = "RecordIO";
  EXPECT_EQ(stream(), record("hello") + record("1"));
  InputChannel prefix = channel;
  prefix.data_type = "S3Prefix";
  prefix.s3_uri = "s3://data/in/";
  const auto found = inputs.files(prefix, "");
  ASSERT_TRUE(found);
  EXPECT_EQ(content(found->front()), record("hello"));
  put("in/a", hello.substr(0, 20));
  EXPECT_EQ(fault().message,
            "manifest s3://data/m.jsonl: line 1: attribute 'x-ref': is not a whole gzip file");
  const auto cut = inputs.files(prefix, "");
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(cut.error().message, "object in/a: is not a whole gzip file");
}

TEST_F(ObjectInputsTest, AStreamIsMadeOnceAndAnewWhenAnythingOfItChanges) {
  put("a", "1\n");
  put("m.jsonl", "{\"x-ref\":\"s3://data/a\",\"n\":1}\n");
  const auto first = files().front();
  EXPECT_EQ(files().front(), first);
  std::set<std::string> identities = {first.identity};
  const auto differs = [&] { return identities.insert(files().front().identity).second; };
  put("a", "2\n");
  EXPECT_TRUE(differs());
  EXPECT_EQ(stream(), "2\n");
  put("m.jsonl", "{\"x-ref\":\"s3://data/a\",\"n\":2}\n");
  EXPECT_TRUE(differs());
  channel.attribute_names = {"x-ref", "n"};
  EXPECT_TRUE(differs());
  channel.attribute_names = {"n", "x-ref"};
  EXPECT_TRUE(differs());
  channel.record_wrapper = "RecordIO";
  EXPECT_TRUE(differs());
  EXPECT_EQ(content(first), "1\n") << "what a job was given stays";
}

TEST_F(ObjectInputsTest, InstancesShareTheLines) {
  put("m.jsonl", "{\"t\":\"1\"}\n{\"t\":\"2\"}\n\n{\"t\":\"3\"}\n{\"t\":\"4\"}\n{\"t\":\"5\"}\n");
  channel.attribute_names = {"t"};
  channel.shards = 2;
  auto found = files();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(content(found[0]), "135");
  EXPECT_EQ(content(found[1]), "24");
  EXPECT_EQ(found[1].name, "train_1");
  channel.shards = 7;
  found = files();
  ASSERT_EQ(found.size(), 5U) << "the others have nothing";
  EXPECT_EQ(content(found[4]), "5");
}

TEST_F(ObjectInputsTest, WhatIsWrongWithAManifestNamesLineAndAttribute) {
  const std::string manifest = "manifest s3://data/m.jsonl: ";
  put("a", "1\n");
  const std::string fine = "{\"x-ref\":\"s3://data/a\"}\n\n";
  for (const auto& [line, text] : std::map<std::string, std::string>{
           {"[]", "line 3: is no JSON object"},
           {"{\"x\":1}", "line 3: has no attribute 'x-ref'"},
           {"{\"x-ref\":{}}", "line 3: attribute 'x-ref' is no text"},
           {"{\"x-ref\":\"a\"}", "line 3: attribute 'x-ref': "},
           {"{\"x-ref\":\"s3://data/none\"}", "line 3: attribute 'x-ref': "},
           {"{\"x-ref\":\"s3://nowhere/a\"}", "line 3: attribute 'x-ref': "},
           {std::string(1U << 20U, ' ') + " {}", "line 3: is longer than 1048576 bytes"}}) {
    put("m.jsonl", fine + line + "\n");
    const Error error = fault();
    EXPECT_EQ(error.kind, ErrorKind::kInvalid) << line.substr(0, 50);
    EXPECT_THAT(error.message, testing::StartsWith(manifest + text));
  }
  put("m.jsonl", "\n");
  EXPECT_EQ(fault().kind, ErrorKind::kNotFound);
  channel.s3_uri = "s3://data/none.jsonl";
  EXPECT_EQ(fault().kind, ErrorKind::kNotFound);
}

TEST_F(ObjectInputsTest, AManifestMayReferToOnlySoManyObjects) {
  put("a", "");
  std::string lines;
  for (int i = 0; i < 6251; ++i) lines += "{\"x-ref\":\"s3://data/a\"}\n";
  put("m.jsonl", lines);
  channel.attribute_names = std::vector<std::string>(16, "x-ref");
  EXPECT_THAT(fault().message, HasSubstr("line 6251: attribute 'x-ref': refers to more than"));
}

TEST_F(ObjectInputsTest, AListedObjectThatIsMissingIsTheManifestsFault) {
  channel.data_type = "ManifestFile";
  put("m.jsonl", R"([{"prefix":"s3://data/in/"},"none"])");
  const Error error = fault();
  EXPECT_EQ(error.kind, ErrorKind::kInvalid);
  EXPECT_THAT(error.message, HasSubstr("manifest s3://data/m.jsonl: none: "));
}

TEST_F(ObjectInputsTest, ARoleThatMayNotReadTheManifestIsDenied) {
  put("a", "1\n");
  put("m.jsonl", "{\"x-ref\":\"s3://data/a\"}\n");
  const auto denied = inputs.files(channel, "nobody");
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::kDenied);
}

}  // namespace
}  // namespace tunesmith::app
