// SPDX-License-Identifier: Apache-2.0
//
// Clients that take their time, and those beside them.
#include "base/files.h"
#include "http/client.h"
#include "http/client_socket.h"
#include "http/server.h"
#include "http/worker_pool.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace tunesmith::http {
namespace {

using namespace std::chrono_literals;

struct Reader final : Handler {
  Response handle(Request& request) override {
    Response response;
    const auto body = read_all(*request.body, 64U << 20U);
    response.body = body ? std::to_string(body->size()) : body.error().message;
    return response;
  }
};

std::unique_ptr<Server> start(Handler& handler, ServerOptions options) {
  options.listeners.push_back({.handler = &handler});
  return Server::start(std::move(options)).value();
}

TEST(SlowClients, UploadsThatNeverEndLeaveWorkersForOthers) {
  Reader reader;
  ServerOptions options;
  options.max_workers = 4;
  const auto server = start(reader, std::move(options));
  std::vector<FileDescriptor> uploads;
  for (int i = 0; i < 12; ++i) {
    uploads.push_back(connect_tcp("127.0.0.1", server->port(), 5s).value());
    // More than is awaited before a worker is given to a request.
    ASSERT_TRUE(write_all(uploads.back().get(),
                          "PUT /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n" +
                              std::string(100'000, 'x')));
  }
  Client client({.host = "127.0.0.1", .port = server->port()});
  for (int i = 0; i < 20; ++i) {
    const auto got = client.send({.method = "POST", .target = "/quick", .body = "abc"});
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->body, "3");
  }
}

TEST(SlowClients, WhoNeverSpeaksGivesWayToANewConnection) {
  Reader reader;
  ServerOptions options;
  options.max_connections = 8;
  const auto server = start(reader, std::move(options));
  std::vector<FileDescriptor> silent;
  for (int i = 0; i < 20; ++i) {
    silent.push_back(connect_tcp("127.0.0.1", server->port(), 5s).value());
  }
  Client client({.host = "127.0.0.1", .port = server->port()});
  const auto got = client.send({.method = "POST", .target = "/", .body = "abc"});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "3");
}

TEST(SlowClients, WhoSpeaksTooSlowlyGivesWayToANewConnection) {
  Reader reader;
  ServerOptions options;
  options.max_connections = 8;
  const auto server = start(reader, std::move(options));
  std::vector<FileDescriptor> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(connect_tcp("127.0.0.1", server->port(), 5s).value());
    ASSERT_TRUE(write_all(slow.back().get(), "GET / HTTP/1.1\r\nHo"));
  }
  Client client({.host = "127.0.0.1", .port = server->port()});
  const auto got = client.send({.method = "POST", .target = "/", .body = "abc"});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "3");
}

TEST(WorkerPool, LongTasksTakeTurnsAndAllAreRun) {
  WorkerPool pool(4);
  std::promise<void> open;
  const std::shared_future<void> gate = open.get_future().share();
  std::atomic<int> long_running = 0;
  std::atomic<int> most = 0;
  std::atomic<int> done = 0;
  for (int i = 0; i < 10; ++i) {
    pool.submit(
        [&, gate] {
          const int now = ++long_running;
          int seen = most;
          while (now > seen && !most.compare_exchange_weak(seen, now)) {
          }
          gate.wait();
          --long_running;
          ++done;
        },
        true);
  }
  std::promise<void> short_done;
  pool.submit([&] { short_done.set_value(); });
  short_done.get_future().wait();
  EXPECT_LE(most, 3);
  open.set_value();
  while (done < 10) std::this_thread::yield();
  EXPECT_LE(most, 3);
}

}  // namespace
}  // namespace tunesmith::http
