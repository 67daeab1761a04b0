// SPDX-License-Identifier: Apache-2.0
#include "health/health_handler.h"

#include <gtest/gtest.h>

namespace tunesmith::health {
namespace {

struct Health : ::testing::Test {
  std::unique_ptr<store::Database> database = store::Database::open(":memory:").value();
  RequestMetrics requests{nullptr};
  DiskSpace space{.total_bytes = 100, .free_bytes = 50};
  std::vector<std::string> refused;
  DiskGuard disk{[this] { return Result<DiskSpace>(space); }, 10};
  HealthHandler handler{
      {.requests = requests,
       .disk = disk,
       .database = *database,
       .database_file = "/nowhere",
       .metrics_token = "token",
       .version = "1.2.3",
       .connections = [] { return std::size_t{7}; },
       .on_refused = [this](const http::Request& r) { refused.push_back(r.peer); }}};

  http::Response get(const std::string& target, const std::string& peer = "127.0.0.1:5",
                     const std::string& host = "127.0.0.1:80", const std::string& token = "") {
    http::Request request;
    request.method = "GET";
    request.target = target;
    request.peer = peer;
    request.authority = host;
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
    EXPECT_TRUE(HealthHandler::owns(request));
    return handler.handle(request);
  }
  static std::string body(const http::Response& response) {
    return std::get<std::string>(response.body);
  }
};

TEST_F(Health, LivesAndIsReadyUntilItStops) {
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
  handler.stopping();
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 503);
}

TEST_F(Health, IsNotReadyWhileTheStoreTakesNoWrites) {
  EXPECT_FALSE(database->write([](store::Connection& connection) -> Result<void> {
    // What a full disk does: the transaction is undone beneath the writer.
    TUNESMITH_TRY_VOID(connection.execute("ROLLBACK"));
    return Error(ErrorKind::kLimitExceeded, "disk full");
  }));
  // It tries by itself: the disk has room again.
  EXPECT_EQ(get("/readyz").status, 200);
}

TEST_F(Health, MetricsShowJobsCommitsConnectionsAndTheDisk) {
  const std::string page = body(get("/metrics"));
  for (const char* line :
       {"tunesmith_build_info{version=\"1.2.3\"} 1\n", "tunesmith_disk_free_bytes 50\n",
        "tunesmith_disk_reserve_bytes 10\n", "tunesmith_connections 7\n",
        "# TYPE tunesmith_store_commit_duration_seconds histogram\n"}) {
    EXPECT_NE(page.find(line), std::string::npos) << line << page;
  }
  EXPECT_EQ(page.find("process_open_fds 0\n"), std::string::npos) << page;
}

TEST_F(Health, MetricsAreForThisMachineOrTheToken) {
  EXPECT_EQ(get("/metrics", "10.0.0.9:1").status, 401);
  EXPECT_EQ(get("/metrics", "10.0.0.9:1", "tuner:80", "wrong").status, 401);
  EXPECT_EQ(get("/metrics", "10.0.0.9:1", "tuner:80", "token").status, 200);
  // A name that somebody made point here.
  EXPECT_EQ(get("/metrics", "127.0.0.1:5", "evil.example:80").status, 401);
  EXPECT_EQ(get("/metrics", "127.0.0.1:5", "127.evil.example").status, 401);
  EXPECT_EQ(get("/metrics", "[::1]:5", "[::1]:80").status, 200);
  EXPECT_EQ(get("/healthz", "10.0.0.9:1").status, 200);
  EXPECT_EQ(refused,
            (std::vector<std::string>{"10.0.0.9:1", "10.0.0.9:1", "127.0.0.1:5", "127.0.0.1:5"}));
}

TEST_F(Health, LeavesSignedRequestsToBucketsOfThatName) {
  http::Request request;
  request.method = "GET";
  request.target = "/metrics";
  EXPECT_TRUE(HealthHandler::owns(request));
  request.headers.add("Authorization", "AWS4-HMAC-SHA256 Credential=...");
  EXPECT_FALSE(HealthHandler::owns(request));
  http::Request listing;
  listing.method = "GET";
  listing.target = "/metrics?list-type=2";
  EXPECT_FALSE(HealthHandler::owns(listing));
}

}  // namespace
}  // namespace tunesmith::health
