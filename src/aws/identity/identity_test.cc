// SPDX-License-Identifier: Apache-2.0
#include "aws/identity/credential_file.h"
#include "aws/identity/session_credentials.h"
#include "base/files.h"
#include "base/random.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace tunesmith::aws::identity {
namespace {

class FixedClock final : public Clock {
 public:
  Timestamp time = from_millis(1'000'000);
  Timestamp now() const override { return time; }
};

std::shared_ptr<const Credential> found(const CredentialLookup& lookup) {
  const auto* credential = std::get_if<std::shared_ptr<const Credential>>(&lookup);
  return credential != nullptr ? *credential : nullptr;
}
std::optional<CredentialProblem> problem(const CredentialLookup& lookup) {
  const auto* which = std::get_if<CredentialProblem>(&lookup);
  return which != nullptr ? std::optional(*which) : std::nullopt;
}

class Folder {
 public:
  Folder() : path(std::filesystem::temp_directory_path() / ("identity-test-" + random_hex(6))) {
    std::filesystem::create_directory(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path path;
};

TEST(CredentialFile, IsMadeOnceForItsOwnerAlone) {
  const Folder folder;
  const auto first = load_or_create_credential_file(folder.path / "credentials");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->front().access_key_id.size(), 20U);
  EXPECT_EQ(first->front().secret_access_key.size(), 40U);
  struct stat info{};
  ASSERT_EQ(::stat((folder.path / "credentials").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const auto second = load_or_create_credential_file(folder.path / "credentials");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->front().secret_access_key, first->front().secret_access_key);
}

TEST(CredentialFile, ReadsProfilesAsAwsClientsDo) {
  const auto keys = parse_credential_file(
      "# comment\n[default]\naws_access_key_id=A1\naws_secret_access_key = s=1 \r\n\n"
      "[half]\naws_access_key_id=A2\n[ci]\nAWS_SECRET_ACCESS_KEY=s3\naws_access_key_id=A3\n");
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].secret_access_key, "s=1");
  EXPECT_EQ(keys[1].profile, "ci");
}

TEST(CredentialFile, ADamagedFileIsNotReplaced) {
  const Folder folder;
  ASSERT_TRUE(write_file_durably(folder.path / "credentials", "nothing"));
  const auto keys = load_or_create_credential_file(folder.path / "credentials");
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().kind, ErrorKind::kInvalid);
}

TEST(FileCredentials, ActAsASessionOfTheExecutionRole) {
  const FileCredentials source({{"default", "AKIAA", "s"}, {"ci", "AKIAB", "t"}});
  const auto root = found(source.find("AKIAA", ""));
  ASSERT_TRUE(root);
  EXPECT_EQ(root->identity.arn,
            "arn:aws:sts::123456789012:assumed-role/TunesmithExecutionRole/root");
  EXPECT_EQ(root->identity.user_id, "AROATUNESMITHEXECROLE:root");
  EXPECT_EQ(found(source.find("AKIAB", ""))->identity.arn,
            "arn:aws:sts::123456789012:assumed-role/TunesmithExecutionRole/ci");
  EXPECT_EQ(problem(source.find("AKIAC", "")), CredentialProblem::kUnknownKey);
  EXPECT_EQ(problem(source.find("AKIAA", "token")), CredentialProblem::kBadToken);
}

TEST(SessionCredentials, SurviveARestart) {
  const Folder folder;
  const FixedClock clock;
  auto before = SessionCredentials::load_or_create(folder.path / "key", clock);
  ASSERT_TRUE(before) << before.error().message;
  const Credential issued = (*before)->issue({.role = "R",
                                              .role_id = "AROA1",
                                              .session = "nightly",
                                              .expires = clock.now() + std::chrono::hours(1)});
  auto after = SessionCredentials::load_or_create(folder.path / "key", clock);
  ASSERT_TRUE(after);
  const auto credential = found((*after)->find(issued.access_key_id, issued.session_token));
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->secret_access_key, issued.secret_access_key);
  EXPECT_EQ(credential->secret_access_key.size(), 40U);
  EXPECT_EQ(credential->identity.arn, "arn:aws:sts::123456789012:assumed-role/R/nightly");
}

TEST(SessionCredentials, ExpireAndCannotBeForged) {
  FixedClock clock;
  const SessionCredentials source(std::string(32, 'k'), clock);
  const SessionCredentials other(std::string(32, 'o'), clock);
  const auto expires = clock.now() + std::chrono::hours(1);
  const Credential issued =
      source.issue({.role = "R", .role_id = "AROA1", .session = "s", .expires = expires});
  EXPECT_EQ(problem(source.find(issued.access_key_id, "")), CredentialProblem::kBadToken);
  EXPECT_EQ(problem(other.find(issued.access_key_id, issued.session_token)),
            CredentialProblem::kBadToken);
  for (std::size_t i = 0; i < issued.session_token.size(); ++i) {
    std::string token = issued.session_token;
    token[i] = token[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(found(source.find(issued.access_key_id, token)));
  }
  const Credential second = source.issue(
      {.role = "R", .role_id = "AROA1", .session = "s", .expires = expires, .policy = "{\n}"});
  EXPECT_EQ(problem(source.find(second.access_key_id, issued.session_token)),
            CredentialProblem::kBadToken);
  EXPECT_TRUE(found(source.find(issued.access_key_id, issued.session_token)));
  clock.time = expires;
  EXPECT_EQ(problem(source.find(issued.access_key_id, issued.session_token)),
            CredentialProblem::kExpired);
}

TEST(CombinedCredentials, TheSourceThatKnowsTheKeyDecides) {
  const FixedClock clock;
  const FileCredentials file({{"default", "AKIAA", "s"}});
  const SessionCredentials sessions(std::string(32, 'k'), clock);
  const CombinedCredentials both({&file, &sessions});
  EXPECT_TRUE(found(both.find("AKIAA", "")));
  EXPECT_EQ(problem(both.find("ASIAX", "x")), CredentialProblem::kBadToken);
  EXPECT_EQ(problem(both.find("AKIAX", "")), CredentialProblem::kUnknownKey);
}

}  // namespace
}  // namespace tunesmith::aws::identity
