// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include "base/digest.h"
#include "base/random.h"
#include "http/client.h"
#include "http/client_socket.h"
#include "http/stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace tunesmith::http {
namespace {

using namespace std::chrono_literals;

Response text(std::string body, int status = 200) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

class PatternReader final : public BodyReader {
 public:
  explicit PatternReader(std::size_t size) : left_(size) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t n = std::min(left_, into.size());
    std::fill_n(into.begin(), n, 'x');
    left_ -= n;
    return n;
  }

 private:
  std::size_t left_;
};

// Answers by path; what a test wants beyond that it puts into `on_other`.
class TestHandler final : public Handler {
 public:
  std::function<Response(Request&)> on_other;
  std::atomic<int> handled = 0;
  std::filesystem::path file;

  bool is_quick(const Request& request) const override { return request.path() == "/quick"; }
  Response handle(Request& request) override {
    ++handled;
    if (request.path() == "/quick") return text("quick");
    if (request.path() == "/echo") {
      auto body = read_all(*request.body, 64U << 20U);
      return body ? text(*body) : text(body.error().message, 400);
    }
    if (request.path() == "/ignore") return text("ignored", 403);
    if (request.path() == "/throw") throw std::runtime_error("on purpose");
    if (request.path() == "/reader" || request.path() == "/counted") {
      Response response;
      response.body = std::make_unique<PatternReader>(1'000'000);
      if (request.path() == "/counted") response.content_length = 1'000'000;
      return response;
    }
    if (request.path() == "/file") {
      FileBody body;
      body.file = FileDescriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
      body.offset = 10;
      body.length = std::filesystem::file_size(file) - 10;
      Response response;
      response.body = std::move(body);
      return response;
    }
    return on_other ? on_other(request) : text(request.target + " " + request.authority);
  }
};

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("http-test-" + random_hex(6));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start(ServerOptions options = {}) {
    options.listeners.push_back({.handler = &handler_});
    options.listeners.push_back({.unix_path = folder_ / "s.sock", .handler = &handler_});
    auto server = Server::start(std::move(options));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  Client client() { return Client({.host = "127.0.0.1", .port = server_->port()}); }

  // Sends raw bytes, reads until the server closes (or `enough` bytes have come).
  std::string raw(std::string_view bytes, std::size_t enough = std::string::npos) {
    auto fd = connect_tcp("127.0.0.1", server_->port(), 5s);
    if (!fd) return "no connection";
    EXPECT_TRUE(write_all(fd->get(), bytes));
    return receive(fd->get(), enough);
  }
  static std::string receive(int fd, std::size_t enough = std::string::npos) {
    PlainStream stream(fd);
    std::string got;
    std::string piece(65536, '\0');
    while (got.size() < enough) {
      const IoResult result = stream.read(piece);
      if (result.wants()) {
        if (!wait_for(fd, false, 20s)) return got + "<timeout>";
      } else if (result.ok()) {
        got.append(piece, 0, result.bytes);
      } else {
        break;
      }
    }
    return got;
  }

  std::filesystem::path folder_;
  TestHandler handler_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersOverTcpAndOverAUnixSocketAndKeepsTheConnection) {
  start();
  Client tcp = client();
  for (int i = 0; i < 3; ++i) {
    auto got = tcp.send({.target = "/a?b"});
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->body, "/a?b 127.0.0.1:" + std::to_string(server_->port()));
    EXPECT_TRUE(got->headers.has("Date"));
  }
  EXPECT_EQ(server_->connection_count(), 1U);
  Client local({.unix_path = folder_ / "s.sock"});
  auto got = local.send({.method = "POST", .target = "/echo", .body = "hello"});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "hello");
}

TEST_F(ServerTest, ListensAtAUnixPathThatIsLongerThanAnAddressHolds) {
  const auto deep = folder_ / std::string(100, 'd') / std::string(100, 'e');
  std::filesystem::create_directories(deep);
  ServerOptions options;
  options.listeners.push_back({.unix_path = deep / "s.sock", .handler = &handler_});
  auto server = Server::start(std::move(options));
  ASSERT_TRUE(server) << server.error().message;
  Client local({.unix_path = deep / "s.sock"});
  auto got = local.send({.target = "/quick"});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "quick");
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  std::string wire;
  for (int i = 0; i < 100; ++i) {
    wire += i % 3 == 0 ? "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n"
                       : "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n" +
                             std::to_string(100 + i);
  }
  wire += "GET /quick HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  const std::string got = raw(wire);
  std::size_t at = 0;
  for (int i = 0; i < 100; ++i) {
    at = got.find(i % 3 == 0 ? "\r\n\r\nquick" : "\r\n\r\n" + std::to_string(100 + i), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_NE(got.find("Connection: close", at), std::string::npos);
}

TEST_F(ServerTest, StreamsLargeBodiesBothWays) {
  start();
  std::string body(20U << 20U, '\0');
  Rng rng(1);
  for (char& c : body) c = static_cast<char>(rng());
  Client tcp = client();
  auto got = tcp.send({.method = "PUT", .target = "/echo", .body = body});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_TRUE(got->body == body);

  class StringReader final : public BodyReader {
   public:
    explicit StringReader(std::string_view left) : left_(left) {}
    Result<std::size_t> read(std::span<char> into) override {
      const std::size_t n = std::min({left_.size(), into.size(), std::size_t{7777}});
      std::copy_n(left_.begin(), n, into.begin());
      left_.remove_prefix(n);
      return n;
    }

   private:
    std::string_view left_;
  } chunked(body);
  ClientRequest request{.method = "PUT", .target = "/echo"};
  request.stream = &chunked;
  got = tcp.send(request);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_TRUE(got->body == body);
  EXPECT_EQ(server_->connection_count(), 1U);
}

TEST_F(ServerTest, SendsReadersAndFiles) {
  start();
  handler_.file = folder_ / "data";
  Client tcp = client();
  for (const char* target : {"/reader", "/counted"}) {
    auto got = tcp.send({.target = target});
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_TRUE(got->body == std::string(1'000'000, 'x')) << target;
  }
  for (const std::size_t size : {std::size_t{11}, std::size_t{50'000}, std::size_t{30} << 20U}) {
    std::string content(size, 'a');
    for (std::size_t i = 0; i < size; i += 97) content[i] = static_cast<char>('b' + i % 20);
    ASSERT_TRUE(write_file_durably(handler_.file, content));
    auto got = tcp.send({.target = "/file"});
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_TRUE(got->body == content.substr(10)) << size;
  }
  EXPECT_EQ(server_->connection_count(), 1U);
}

TEST_F(ServerTest, SendsReadersToOldClientsUntilTheConnectionEnds) {
  start();
  const std::string got = raw("GET /reader HTTP/1.0\r\n\r\n");
  EXPECT_EQ(got.find("Transfer-Encoding"), std::string::npos);
  EXPECT_EQ(got.size() - got.find("\r\n\r\n") - 4, 1'000'000U);
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  start();
  handler_.file = folder_ / "data";
  ASSERT_TRUE(write_file_durably(handler_.file, std::string(1000, 'a')));
  Client tcp = client();
  for (const char* target : {"/file", "/quick", "/reader", "/quick"}) {
    auto got = tcp.send({.method = "HEAD", .target = target});
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->body, "");
    if (target == std::string_view("/file")) {
      EXPECT_EQ(got->headers.get("Content-Length"), "990");
    }
  }
  EXPECT_EQ(server_->connection_count(), 1U);
}

TEST_F(ServerTest, TellsAClientThatAsksFirstToGoOn) {
  start();
  for (const int size : {5, 100'000}) {
    auto fd = connect_tcp("127.0.0.1", server_->port(), 5s);
    ASSERT_TRUE(fd);
    ASSERT_TRUE(
        write_all(fd->get(),
                  "PUT /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nConnection: close\r\n"
                  "Content-Length: " +
                      std::to_string(size) + "\r\n\r\n"));
    EXPECT_EQ(receive(fd->get(), 25), "HTTP/1.1 100 Continue\r\n\r\n");
    ::fcntl(fd->get(), F_SETFL, 0);
    ASSERT_TRUE(write_all(fd->get(), std::string(static_cast<std::size_t>(size), 'z')));
    const std::string got = receive(fd->get());
    EXPECT_NE(got.find("200 OK"), std::string::npos);
    EXPECT_EQ(got.size() - got.find("\r\n\r\n") - 4, static_cast<std::size_t>(size));
  }
}

TEST_F(ServerTest, RefusesALargeUploadBeforeItIsSent) {
  start();
  const std::string got = raw(
      "PUT /ignore HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n",
      60);
  EXPECT_EQ(got.find("100 Continue"), std::string::npos);
  EXPECT_EQ(got.substr(0, 12), "HTTP/1.1 403");
}

TEST_F(ServerTest, AnAnswerThatLeavesTheBodyUnreadStillArrives) {
  start();
  Client tcp = client();
  for (const std::size_t size : {std::size_t{100}, std::size_t{500'000}, std::size_t{30'000'000}}) {
    auto got = tcp.send({.method = "PUT", .target = "/ignore", .body = std::string(size, 'a')});
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->status, 403);
  }
}

TEST_F(ServerTest, RefusesWhatIsMalformedOrTooLarge) {
  ServerOptions options;
  options.max_body_bytes = 1000;
  start(std::move(options));
  const auto status = [](const std::string& got) { return got.substr(9, 3); };
  EXPECT_EQ(status(raw("\x16\x03\x01\x02")), "400");
  EXPECT_EQ(status(raw("GET / HTTP/1.1\r\n\r\n")), "400");
  EXPECT_EQ(status(raw("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")), "400");
  EXPECT_EQ(status(raw("GET x HTTP/1.1\r\nHost: a\r\n\r\n")), "400");
  EXPECT_EQ(status(raw("GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(70'000, 'x'))), "431");
  EXPECT_EQ(status(raw("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")), "413");
  EXPECT_EQ(status(raw("PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz")),
            "400");
  EXPECT_EQ(status(raw("CONNECT a.b:443 HTTP/1.1\r\nHost: a\r\n\r\n")), "405");
  const std::string chunked =
      raw("PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
          std::string(2000, 'a') + "\r\n0\r\n\r\n");
  EXPECT_EQ(status(chunked), "400");
  EXPECT_NE(chunked.find("longer than 1000 bytes"), std::string::npos);
}

TEST_F(ServerTest, GivesUpOnClientsThatAreTooSlow) {
  ServerOptions options;
  options.head_timeout = 50ms;
  options.body_idle_timeout = 50ms;
  options.keep_alive_timeout = 50ms;
  start(std::move(options));
  EXPECT_EQ(raw("GET / HT").substr(9, 3), "408");
  EXPECT_EQ(raw("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab").substr(9, 3),
            "408");
  const std::string large = raw("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" +
                                std::string(70'000, 'a'));
  EXPECT_NE(large.find("sent nothing for too long"), std::string::npos);
  EXPECT_NE(raw("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n").find("quick"), std::string::npos);
}

TEST_F(ServerTest, AFailingHandlerAnswers500) {
  start();
  auto got = client().send({.target = "/throw"});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 500);
  EXPECT_EQ(got->body.find("on purpose"), std::string::npos);
}

TEST_F(ServerTest, AStoredLineEndMakesNoFieldOfItsOwn) {
  handler_.on_other = [](Request&) {
    Response response;
    response.headers.add("X-Stored", "a\r\nX-Forged: b");
    response.headers.add("Bad\r\nName", "c");
    return response;
  };
  start();
  auto got = client().send({.target = "/"});
  ASSERT_TRUE(got);
  EXPECT_FALSE(got->headers.has("X-Forged"));
  EXPECT_FALSE(got->headers.has("Name"));
}

TEST_F(ServerTest, EventsArriveAndALeavingClientIsNoticed) {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<EventSink> sink;
  handler_.on_other = [&](Request&) {
    Response response;
    response.headers.add("Content-Type", "text/event-stream");
    response.body = EventBody{[&](std::shared_ptr<EventSink> s) {
      s->send("data: first\n\n");
      const std::lock_guard lock(mutex);
      sink = std::move(s);
      changed.notify_all();
    }};
    return response;
  };
  start();
  auto fd = connect_tcp("127.0.0.1", server_->port(), 5s);
  ASSERT_TRUE(fd);
  ASSERT_TRUE(write_all(fd->get(), "GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
  {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, 20s, [&] { return sink != nullptr; }));
  }
  EXPECT_TRUE(sink->send("data: second\n\n"));
  std::string got;
  while (got.find("second") == std::string::npos && got.find("<timeout>") == std::string::npos) {
    got += receive(fd->get(), 1);
  }
  EXPECT_NE(got.find("data: first\n\ndata: second\n\n"), std::string::npos);
  fd->reset();
  while (sink->send("x")) std::this_thread::sleep_for(1ms);
  EXPECT_FALSE(sink->send("x"));
}

TEST_F(ServerTest, AnEventClientThatDoesNotReadIsDisconnected) {
  std::promise<std::shared_ptr<EventSink>> promise;
  handler_.on_other = [&](Request&) {
    Response response;
    response.body =
        EventBody{[&](std::shared_ptr<EventSink> s) { promise.set_value(std::move(s)); }};
    return response;
  };
  start();
  auto fd = connect_tcp("127.0.0.1", server_->port(), 5s);
  ASSERT_TRUE(fd);
  ASSERT_TRUE(write_all(fd->get(), "GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
  auto sink = promise.get_future().get();
  const std::string bytes(100'000, 'e');
  std::size_t sent = 0;
  while (sink->send(bytes) && sent < (1U << 30U)) sent += bytes.size();
  EXPECT_LT(sent, 1U << 30U);
}

TEST_F(ServerTest, StopLetsARunningRequestFinish) {
  std::promise<void> entered;
  handler_.on_other = [&](Request&) {
    entered.set_value();
    std::this_thread::sleep_for(100ms);
    return text("finished");
  };
  start();
  std::string got;
  std::thread asker([&] { got = raw("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"); });
  entered.get_future().wait();
  server_->stop(20s);
  asker.join();
  EXPECT_NE(got.find("finished"), std::string::npos);
  EXPECT_FALSE(connect_tcp("127.0.0.1", server_->port(), 1s));
}

TEST_F(ServerTest, StopCutsWhatTheGraceDoesNotCover) {
  start();
  auto fd = connect_tcp("127.0.0.1", server_->port(), 5s);
  ASSERT_TRUE(fd);
  ASSERT_TRUE(
      write_all(fd->get(), "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" +
                               std::string(70'000, 'a')));
  while (handler_.handled == 0) std::this_thread::sleep_for(1ms);
  server_->stop(10ms);
  EXPECT_EQ(receive(fd->get()).find("<timeout>"), std::string::npos);
}

TEST_F(ServerTest, MakesRoomByClosingIdleConnections) {
  ServerOptions options;
  options.max_connections = 4;
  start(std::move(options));
  std::vector<Client> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(client());
    auto got = clients.back().send({.target = "/quick"});
    ASSERT_TRUE(got) << got.error().message;
  }
  EXPECT_LE(server_->connection_count(), 4U);
  auto again = clients.front().send({.target = "/quick"});
  ASSERT_TRUE(again) << again.error().message;
}

TEST_F(ServerTest, RandomBytesNeverBreakIt) {
  ServerOptions options;
  options.head_timeout = 300ms;
  options.body_idle_timeout = 300ms;
  start(std::move(options));
  Rng rng(3);
  const std::string valid =
      "POST /echo?b=c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
      "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
  for (int round = 0; round < 300; ++round) {
    std::string bytes = valid;
    for (auto i = rng.below(5); i > 0; --i) {
      bytes[static_cast<std::size_t>(rng.below(bytes.size()))] = static_cast<char>(rng.below(256));
    }
    auto fd = connect_tcp("127.0.0.1", server_->port(), 5s);
    ASSERT_TRUE(fd);
    ASSERT_TRUE(write_all(fd->get(), bytes));
    ::shutdown(fd->get(), SHUT_WR);
    EXPECT_EQ(receive(fd->get()).find("<timeout>"), std::string::npos);
  }
  EXPECT_TRUE(client().send({.target = "/quick"}));
}

}  // namespace
}  // namespace tunesmith::http
