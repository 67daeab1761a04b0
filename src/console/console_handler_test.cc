// SPDX-License-Identifier: Apache-2.0
#include "console/console_handler.h"

#include "console/assets.h"
#include "console/console_fixture.h"
#include "console/sessions.h"

#include <fstream>

namespace tunesmith::console {
namespace {

TEST_F(ConsoleHandlerTest, NothingIsReadWithoutASession) {
  add_job("tune");
  for (const std::string path :
       {"session", "tuning-jobs", "tuning-jobs/events", "tuning-jobs/us-east-1/tune",
        "tuning-jobs/us-east-1/tune/trials", "tuning-jobs/us-east-1/tune/events",
        "training-jobs/us-east-1/tune-001", "training-jobs/us-east-1/tune-001/log",
        "training-jobs/us-east-1/tune-001/events", "what-is-this"}) {
    for (const HeaderList& headers :
         {HeaderList{},
          HeaderList{{"Cookie", "tunesmith_session_8080=726f6f74.99999999999999.aa.bb"}}}) {
      const auto response = ask("GET", "/_console/api/" + path, headers);
      EXPECT_EQ(response.status, 401) << path;
      EXPECT_EQ(text(response).find("tune-"), std::string::npos);
    }
  }
  EXPECT_EQ(
      ask("POST", "/_console/api/tuning-jobs/us-east-1/tune/stop", {{"X-Tunesmith-Console", "1"}})
          .status,
      401);
  EXPECT_TRUE(stopped_.empty());
}

TEST_F(ConsoleHandlerTest, SignInSetsACookieThatScriptsAndOtherSitesNeverSee) {
  const auto response = sign_in("s3cret");
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(document(response).at("user"), "root");
  const std::string field(response.headers.get_or("set-cookie", ""));
  EXPECT_NE(field.find("; Path=/_console; HttpOnly; SameSite=Strict; Max-Age=43200"),
            std::string::npos);
  EXPECT_EQ(field.find("Secure"), std::string::npos);
  EXPECT_EQ(text(response).find(field.substr(0, 60)), std::string::npos);
  tls_ = true;
  EXPECT_NE(sign_in("s3cret").headers.get_or("set-cookie", "").find("; Secure"), std::string::npos);
}

TEST_F(ConsoleHandlerTest, AWrongSecretGivesNoSessionAndManyOfThemHaveToWait) {
  for (int i = 0; i < 5; ++i) {
    const auto response = sign_in("wrong");
    EXPECT_EQ(response.status, 401);
    EXPECT_FALSE(response.headers.has("set-cookie"));
  }
  EXPECT_EQ(sign_in("s3cret").status, 429);
  EXPECT_TRUE(sign_in("s3cret").headers.has("retry-after"));
  clock_.time += std::chrono::seconds(2);
  EXPECT_EQ(sign_in("s3cret").status, 200);
}

TEST_F(ConsoleHandlerTest, MalformedSignInsAreRefused) {
  const HeaderList headers = {{"Content-Type", "application/json"}, {"X-Tunesmith-Console", "1"}};
  for (const std::string body :
       {"", "{", "[]", "{}", R"({"access_key_id":1,"secret_access_key":2})", "\xff\xfe"}) {
    EXPECT_EQ(ask("POST", "/_console/api/session", headers, body).status, 400) << body;
  }
  EXPECT_EQ(ask("POST", "/_console/api/session", headers, std::string(5000, ' ')).status, 400);
  EXPECT_EQ(ask("POST", "/_console/api/session",
                {{"Content-Type", "text/plain"}, {"X-Tunesmith-Console", "1"}}, "{}")
                .status,
            415);
}

TEST_F(ConsoleHandlerTest, ASessionEndsBySignOutAndByTime) {
  EXPECT_EQ(ask_signed_in("GET", "/_console/api/session").status, 200);
  clock_.time += std::chrono::hours(12);
  EXPECT_EQ(ask_signed_in("GET", "/_console/api/session").status, 401);
  cookie_.clear();
  EXPECT_EQ(ask_signed_in("GET", "/_console/api/session").status, 200);
  const auto response = ask_signed_in("DELETE", "/_console/api/session");
  EXPECT_NE(response.headers.get_or("set-cookie", "").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(ask_signed_in("GET", "/_console/api/session").status, 401);
}

TEST_F(ConsoleHandlerTest, ASessionEndsWithTheRightsOfItsKey) {
  EXPECT_EQ(ask_signed_in("GET", "/_console/api/tuning-jobs").status, 200);
  keys_.active = false;
  EXPECT_EQ(ask_signed_in("GET", "/_console/api/tuning-jobs").status, 401);
  EXPECT_EQ(ask_signed_in("GET", "/_console/api/session").status, 401);
  EXPECT_EQ(changes_.back(), "GET /_console/api/tuning-jobs root 401");
}

TEST_F(ConsoleHandlerTest, WhatWouldChangeSomethingIsToldWithItsUser) {
  sign_in("wrong");
  ask_signed_in("GET", "/_console/api/tuning-jobs");
  ask_signed_in("POST", "/_console/api/tuning-jobs/us-east-1/ended/stop");
  ask("DELETE", "/_console/api/session");
  EXPECT_EQ(changes_, (std::vector<std::string>{
                          "POST /_console/api/session  401", "POST /_console/api/session root 200",
                          "POST /_console/api/tuning-jobs/us-east-1/ended/stop root 409",
                          "DELETE /_console/api/session  403"}));
}

TEST_F(ConsoleHandlerTest, OtherSitesCantChangeAnything) {
  add_job("tune");
  const std::string stop = "/_console/api/tuning-jobs/us-east-1/tune/stop";
  const HeaderList session = {{"Cookie", cookie()}};
  const auto with = [&](HeaderList more) {
    more.insert(more.end(), session.begin(), session.end());
    return ask("POST", stop, more).status;
  };
  EXPECT_EQ(with({}), 403);
  EXPECT_EQ(with({{"X-Tunesmith-Console", "1"}, {"Origin", "http://evil.example"}}), 403);
  EXPECT_EQ(with({{"X-Tunesmith-Console", "1"}, {"Origin", "null"}}), 403);
  EXPECT_EQ(with({{"X-Tunesmith-Console", "1"}, {"Origin", "http://127.0.0.1:9999"}}), 403);
  EXPECT_EQ(with({{"X-Tunesmith-Console", "1"}, {"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(sign_in("s3cret", {{"Origin", "http://evil.example"}}).status, 403);
  EXPECT_TRUE(stopped_.empty());
  EXPECT_EQ(with({{"X-Tunesmith-Console", "1"}, {"Origin", "http://127.0.0.1:8080"}}), 200);
  EXPECT_EQ(stopped_, std::vector<std::string>{"us-east-1/tune"});
}

TEST_F(ConsoleHandlerTest, StoppingTellsWhyItCant) {
  const auto response = ask_signed_in("POST", "/_console/api/tuning-jobs/us-east-1/ended/stop");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(document(response).at("error").at("message"), "it has ended");
  EXPECT_EQ(ask_signed_in("GET", "/_console/api/tuning-jobs/us-east-1/tune/stop").status, 405);
}

TEST_F(ConsoleHandlerTest, TheListHasTheJobsOfAllRegionsYoungestFirstInPages) {
  add_job("a", "us-east-1", 1000);
  add_job("b", "eu-central-1", 2000);
  add_job("c", "us-east-1", 3000);
  const auto names = [&](const std::string& query) {
    std::string list;
    const auto value = document(ask_signed_in("GET", "/_console/api/tuning-jobs?" + query));
    for (const auto& job : value.at("tuning_jobs").as_array())
      list += job.at("name").as_string().c_str();
    if (value.at("next").is_string())
      list += std::string(">") + value.at("next").as_string().c_str();
    return list;
  };
  EXPECT_EQ(names(""), "cba");
  EXPECT_EQ(names("region=us-east-1"), "ca");
  EXPECT_EQ(names("name=B"), "b");
  EXPECT_EQ(names("status=Failed"), "");
  const auto first = names("limit=2");
  EXPECT_EQ(first.substr(0, 3), "cb>");
  EXPECT_EQ(names("limit=2&after=" + first.substr(3)), "a");
  for (const std::string bad : {"limit=0", "limit=x", "after=zz", "status=Great", "after=1-"})
    EXPECT_EQ(ask_signed_in("GET", "/_console/api/tuning-jobs?" + bad).status, 400) << bad;
}

TEST_F(ConsoleHandlerTest, ATuningJobShowsItsCountsBestValueAndConfiguration) {
  add_job("tune");
  const auto job = document(ask_signed_in("GET", "/_console/api/tuning-jobs/us-east-1/tune"));
  EXPECT_EQ(job.at("status"), "InProgress");
  EXPECT_EQ(job.at("objective").at("direction"), "Maximize");
  EXPECT_EQ(job.at("best").at("value"), 0.77);
  EXPECT_EQ(job.at("best").at("trial"), 1);
  EXPECT_EQ(job.at("trials"), (json::value{{"completed", 1},
                                           {"running", 1},
                                           {"failed", 1},
                                           {"stopped", 0},
                                           {"stopped_early", 0},
                                           {"created", 3},
                                           {"max", 20}}));
  EXPECT_EQ(job.at("ended"), nullptr);
  EXPECT_EQ(job.at("best_so_far"), json::array{0.77});
  EXPECT_EQ(job.at("ranges").at(0).at("name"), "eta");
  EXPECT_EQ(job.at("ranges").at(0).at("allowed_max"), "1");
  EXPECT_EQ(job.at("seed"), "1234567890123456789");
  EXPECT_EQ(job.at("limits").at("max_parallel"), 3);
  EXPECT_EQ(job.at("training").at("hyperparameters").at("num_round"), "100");
}

TEST_F(ConsoleHandlerTest, TrialsThatTheSearchCutShortAreCountedApart) {
  add_job("tune");
  ASSERT_TRUE(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(auto running, t.training_job("us-east-1", "tune-003"));
    training::request_stop(running, from_millis(2000), true);
    training::JobEnd end;
    end.ending = training::Ending::kStopped;
    TUNESMITH_TRY_VOID(training::finish(running, end, from_millis(2001)));
    return t.update(running);
  }));
  const auto list = document(ask_signed_in("GET", "/_console/api/tuning-jobs"));
  const auto& counts = list.at("tuning_jobs").at(0).at("trials");
  EXPECT_EQ(counts.at("stopped"), 1);
  EXPECT_EQ(counts.at("stopped_early"), 1);
}

TEST_F(ConsoleHandlerTest, TrialsComeAsJsonAndAsCsv) {
  add_job("tune");
  const auto trials =
      document(ask_signed_in("GET", "/_console/api/tuning-jobs/us-east-1/tune/trials"))
          .at("trials");
  ASSERT_EQ(trials.as_array().size(), 3U);
  EXPECT_EQ(trials.at(0).at("objective"), 0.77);
  EXPECT_EQ(trials.at(1).at("failure_reason"), "out of \"luck\", twice");
  EXPECT_EQ(trials.at(2).at("tuned").at("eta"), "0.3");
  EXPECT_EQ(trials.at(2).at("ended"), nullptr);
  const auto csv =
      ask_signed_in("GET", "/_console/api/tuning-jobs/us-east-1/tune/trials?format=csv");
  EXPECT_EQ(csv.headers.get_or("content-disposition", ""),
            "attachment; filename=\"tune-trials.csv\"");
  EXPECT_TRUE(
      text(csv).starts_with("trial,training_job,status,validation:auc,eta,created,started,ended,"
                            "stopped_early,failure_reason\r\n"
                            "1,tune-001,Completed,0.77,0.1,"));
  const auto parquet =
      ask_signed_in("GET", "/_console/api/tuning-jobs/us-east-1/tune/trials?format=parquet");
  EXPECT_EQ(parquet.headers.get_or("content-disposition", ""),
            "attachment; filename=\"tune-trials.parquet\"");
  EXPECT_TRUE(text(parquet).starts_with("PAR1")) << text(parquet);
  EXPECT_NE(text(csv).find(",\"out of \"\"luck\"\", twice\"\r\n"), std::string::npos);
}

TEST_F(ConsoleHandlerTest, ATrainingJobShowsAllHyperparametersMetricsAndItsLog) {
  add_job("tune");
  const auto job = document(ask_signed_in("GET", "/_console/api/training-jobs/us-east-1/tune-001"));
  EXPECT_EQ(job.at("hyperparameters"), (json::value{{"num_round", "100"}, {"eta", "0.1"}}));
  EXPECT_EQ(job.at("tuning_job").at("name"), "tune");
  EXPECT_EQ(job.at("model"), "s3://bucket/out/tune-001/output/model.tar.gz");
  EXPECT_EQ(job.at("transitions").at(0).at("status"), "Starting");
  EXPECT_EQ(job.at("metrics").at(0).at("name"), "train:auc");
  EXPECT_EQ(job.at("metrics").at(0).at("values"), (json::array{0.6, 0.7}));
  // What its host used is no metric of the algorithm.
  EXPECT_EQ(job.at("metrics").as_array().size(), 1U);
  ASSERT_EQ(job.at("resources").as_array().size(), 1U);
  EXPECT_EQ(job.at("resources").at(0).at("name"), "CPUUtilization");
  EXPECT_EQ(job.at("resources").at(0).at("times"), (json::array{2000, 7000}));
  const auto folder = folder_ / std::to_string(trial_id_);
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "log") << "1000 hello\n2000 bye\n";
  const auto log =
      document(ask_signed_in("GET", "/_console/api/training-jobs/us-east-1/tune-001/log?from=11"));
  EXPECT_EQ(log,
            (json::value{{"from", 11}, {"next", 20}, {"size", 20}, {"lines", {{2000, "bye"}}}}));
  EXPECT_EQ(
      ask_signed_in("GET", "/_console/api/training-jobs/us-east-1/tune-001/log?from=x").status,
      400);
}

TEST_F(ConsoleHandlerTest, UnknownJobsAndAddressesAreNotFound) {
  for (const std::string path :
       {"tuning-jobs/us-east-1/none", "tuning-jobs/us-east-1/none/events", "tuning-jobs/us-east-1",
        "tuning-jobs/us-east-1/none/what", "objects", "training-jobs/us-east-1/none",
        "training-jobs/us-east-1/none/log", "training-jobs/us-east-1/none/events", "%zz", "",
        "a//b"}) {
    EXPECT_EQ(ask_signed_in("GET", "/_console/api/" + path).status, 404) << path;
  }
}

TEST_F(ConsoleHandlerTest, TrainingJobsOutsideTuningJobsAreListedApart) {
  add_job("tune");
  store::TrainingJob alone;
  alone.region = "eu-west-1";
  alone.name = "alone";
  alone.created = alone.modified = from_millis(5000);
  ASSERT_TRUE(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(alone.id, t.insert(alone));
    return {};
  }));
  const auto names = [this](const std::string& query) {
    std::vector<std::string> found;
    const auto list = document(ask_signed_in("GET", "/_console/api/training-jobs" + query));
    for (const auto& row : list.at("training_jobs").as_array())
      found.emplace_back(row.at("name").as_string());
    return found;
  };
  EXPECT_EQ(names(""), std::vector<std::string>{"alone"});
  EXPECT_EQ(names("?trials=1").size(), 4U);
  EXPECT_EQ(names("?trials=1").front(), "alone");  // the youngest first, whatever the region
  EXPECT_TRUE(names("?name=other").empty());
}

TEST_F(ConsoleHandlerTest, ALogIsSearchedAndComesAsAFile) {
  add_job("tune");
  const auto folder = folder_ / std::to_string(trial_id_);
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "log") << "1000 Hello\n2000 bye\nhello again\n";
  const std::string path = "/_console/api/training-jobs/us-east-1/tune-001/log";
  const auto found = document(ask_signed_in("GET", path + "?search=HELLO"));
  EXPECT_EQ(found,
            (json::value{{"lines", {{1000, "Hello"}, {nullptr, "hello again"}}}, {"more", false}}));
  const auto file = ask_signed_in("GET", path + "?format=text");
  const auto& body = std::get<std::unique_ptr<http::BodyReader>>(file.body);
  EXPECT_EQ(http::read_all(*body, 1000).value(),
            "1970-01-01T00:00:01.000Z Hello\n1970-01-01T00:00:02.000Z bye\nhello again\n");
  EXPECT_EQ(file.headers.get_or("content-disposition", ""),
            "attachment; filename=\"tune-001.log\"");
}

TEST_F(ConsoleHandlerTest, ALinkSignsInOnce) {
  const auto link = issue_link("0123456789abcdef", "owner", clock_);
  const auto use = [&] {
    return ask("POST", "/_console/api/session",
               {{"Content-Type", "application/json"}, {"X-Tunesmith-Console", "1"}},
               R"({"link":")" + link + "\"}");
  };
  const auto response = use();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(document(response).at("user").as_string(), "owner");
  EXPECT_EQ(use().status, 401);
}

TEST_F(ConsoleHandlerTest, FollowersHearOfATrialThatChanged) {
  add_job("tune", "us-east-1", to_millis(clock_.time));
  auto response = ask_signed_in("GET", "/_console/api/tuning-jobs/us-east-1/tune/events");
  ASSERT_EQ(response.headers.get_or("content-type", ""), "text/event-stream");
  struct Sink final : http::EventSink {
    bool send(std::string bytes) override {
      const std::lock_guard lock(mutex);
      text += bytes;
      changed.notify_all();
      return true;
    }
    void close() override {}
    std::mutex mutex;
    std::condition_variable changed;
    std::string text;
  };
  const auto sink = std::make_shared<Sink>();
  std::get<http::EventBody>(response.body).start(sink);
  std::int64_t tuning_job = 0;
  ASSERT_TRUE(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(auto trial, t.training_job("us-east-1", "tune-003"));
    tuning_job = *trial.tuning_job_id;
    training::JobEnd end;
    end.ending = training::Ending::kCompleted;
    end.objective_metric = "validation:auc";
    end.final_metrics = {{"validation:auc", 0.9125, clock_.time}};
    TUNESMITH_TRY_VOID(training::finish(trial, end, clock_.time + Millis(90)));
    return t.update(trial);
  }));
  feed_.publish(tuning_job);
  std::unique_lock lock(sink->mutex);
  ASSERT_TRUE(sink->changed.wait_for(lock, std::chrono::seconds(20), [&] {
    return sink->text.find("event: job\n") != std::string::npos;
  }));
  EXPECT_NE(sink->text.find("event: trials\n"), std::string::npos);
  EXPECT_NE(sink->text.find("\"name\":\"tune-003\",\"status\":\"Completed\""), std::string::npos);
}

TEST_F(ConsoleHandlerTest, EveryAnswerForbidsFramingAndSniffing) {
  add_job("tune");
  for (const std::string path :
       {"/_console/", "/_console/tuning-jobs/us-east-1/tune", "/_console/assets/none.js",
        "/_console/api/session", "/_console/api/tuning-jobs"}) {
    const auto response = ask_signed_in("GET", path);
    EXPECT_EQ(response.headers.get_or("x-content-type-options", ""), "nosniff") << path;
    const auto policy = response.headers.get_or("content-security-policy", "");
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string_view::npos) << path;
    EXPECT_NE(policy.find("default-src 'none'"), std::string_view::npos) << path;
    EXPECT_EQ(policy.find("unsafe"), std::string_view::npos) << path;
  }
}

TEST_F(ConsoleHandlerTest, EveryViewsAddressGivesThePageAndFilesComeCompressedOrNotModified) {
  EXPECT_EQ(ask("GET", "/_console").headers.get_or("location", ""), "/_console/");
  const auto page = ask("GET", "/_console/");
  EXPECT_EQ(page.headers.get_or("content-type", ""), "text/html; charset=utf-8");
  EXPECT_EQ(text(page), text(ask("GET", "/_console/tuning-jobs/us-east-1/a%2Fb?sort=x")));
  EXPECT_EQ(ask("GET", "/_console/assets/../index.html").status, 404);
  EXPECT_EQ(ask("POST", "/_console/").status, 405);
  for (const auto& asset : assets()) {
    const auto path = "/_console/" + std::string(asset.path);
    EXPECT_EQ(text(ask("GET", path)), asset.content);
    const std::string etag(asset.etag);
    EXPECT_EQ(ask("GET", path, {{"If-None-Match", "\"x\", " + etag}}).status, 304);
    if (asset.gzip.empty()) continue;  // the stand-in of a build without the page
    const auto packed = ask("GET", path, {{"Accept-Encoding", "br, gzip;q=0.8"}});
    EXPECT_EQ(packed.headers.get_or("content-encoding", ""), "gzip");
    EXPECT_EQ(text(packed), asset.gzip);
    EXPECT_FALSE(
        ask("GET", path, {{"Accept-Encoding", "gzip;q=0"}}).headers.has("content-encoding"));
  }
}

}  // namespace
}  // namespace tunesmith::console
