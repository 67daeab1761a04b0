// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include "base/log.h"
#include "http/connection.h"
#include "http/listening_socket.h"
#include "http/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <pthread.h>

#include <csignal>
#include <cstring>
#include <exception>
#include <future>
#include <thread>
#include <utility>

namespace tunesmith::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

// Accepts for one Listener, on the first loop's thread, and deals connections out to all loops.
class Acceptor {
 public:
  Acceptor(std::vector<std::unique_ptr<Loop>>& loops, const Listener& listener,
           ListeningSocket socket)
      : loops_(loops),
        listener_(listener),
        descriptor_(loops.front()->context(), socket.fd.get()),
        retry_(loops.front()->context()),
        fd_(socket.fd.release()),
        port_(socket.port) {}

  std::uint16_t port() const { return port_; }

  void wait() {
    descriptor_.async_wait(descriptor_.wait_read, [this](const boost::system::error_code& error) {
      if (!error) accept();
    });
  }
  void close() {
    boost::system::error_code ignored;
    descriptor_.close(ignored);
    retry_.cancel();
  }

 private:
  void accept() {
    ServerState& state = loops_.front()->state();
    for (;;) {
      if (state.members >= state.options.max_connections && !loops_.front()->close_one_idle()) {
        return retry_later();
      }
      Accepted accepted = accept_from(fd_);
      if (accepted.error != 0) {
        log::warning("http: accept failed: {}", std::strerror(accepted.error));
        return retry_later();
      }
      if (!accepted.fd) return wait();
      Loop& loop = *loops_[next_++ % loops_.size()];
      auto socket = std::make_shared<FileDescriptor>(std::move(accepted.fd));
      const auto begin = [this, &loop, socket, peer = std::move(accepted.peer)] {
        try {
          std::make_shared<Connection>(loop, std::move(*socket), peer, listener_)->start();
        } catch (const std::exception& error) {
          log::warning("http: connection from {} failed: {}", peer, error.what());
        }
      };
      if (&loop == loops_.front().get())
        begin();
      else
        loop.post(begin);
    }
  }

  void retry_later() {
    retry_.expires_after(100ms);
    retry_.async_wait([this](const boost::system::error_code& error) {
      if (!error) accept();
    });
  }

  std::vector<std::unique_ptr<Loop>>& loops_;
  const Listener& listener_;
  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer retry_;
  const int fd_;
  const std::uint16_t port_;
  std::size_t next_ = 0;
};

class RunningServer final : public Server {
 public:
  explicit RunningServer(ServerOptions options) : state_(std::move(options)) {}
  ~RunningServer() override { stop(0ms); }

  Result<void> begin() {
    for (int i = 0; i < std::max(state_.options.network_threads, 1); ++i) {
      loops_.push_back(std::make_unique<Loop>(state_));
    }
    for (const Listener& listener : state_.options.listeners) {
      if (listener.handler == nullptr)
        return Error(ErrorKind::kInvalid, "a listener has no handler");
      TUNESMITH_TRY(auto socket, listen_at(listener));
      acceptors_.push_back(std::make_unique<Acceptor>(loops_, listener, std::move(socket)));
    }
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) return Error::from_errno(errno, "ignore SIGPIPE");
    for (auto& loop : loops_) {
      guards_.emplace_back(loop->context().get_executor());
      loop->start_ticking();
    }
    for (auto& acceptor : acceptors_) acceptor->wait();
    for (auto& loop : loops_) {
      threads_.emplace_back([&context = loop->context()] {
        ::pthread_setname_np(::pthread_self(), "http-network");
        run(context);
      });
    }
    return {};
  }

  std::uint16_t port(std::size_t listener) const override {
    return listener < acceptors_.size() ? acceptors_[listener]->port() : 0;
  }
  std::size_t connection_count() const override { return state_.members; }

  void stop(std::chrono::milliseconds grace) override {
    if (std::exchange(stopped_, true)) return;
    state_.stopping = true;
    if (!threads_.empty()) {
      on_loop(*loops_.front(), [this] {
        for (auto& acceptor : acceptors_) acceptor->close();
      });
      stop_members(false);
      const auto end = std::chrono::steady_clock::now() + grace;
      while (state_.members > 0 && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(5ms);
      }
      stop_members(true);
    }
    state_.workers.stop();
    for (auto& loop : loops_) loop->context().stop();
    for (std::thread& thread : threads_) thread.join();
    for (const Listener& listener : state_.options.listeners) {
      std::error_code ignored;
      if (!listener.unix_path.empty()) std::filesystem::remove(listener.unix_path, ignored);
    }
  }

 private:
  // An exception ends what threw it, not the server.
  static void run(asio::io_context& context) {
    for (;;) {
      try {
        context.run();
        return;
      } catch (const std::exception& error) {
        log::error("http: network thread: {}", error.what());
      }
    }
  }

  template <class Function>
  static void on_loop(Loop& loop, Function function) {
    auto done = std::make_shared<std::promise<void>>();
    auto future = done->get_future();
    loop.post([done, function = std::move(function)] {
      function();
      done->set_value();
    });
    future.wait();
  }
  void stop_members(bool now) {
    for (auto& loop : loops_) {
      on_loop(*loop, [&loop, now] { loop->stop_members(now); });
    }
  }

  ServerState state_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;  // after loops_: they hold parts of them
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards_;
  std::vector<std::thread> threads_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  try {
    auto server = std::make_unique<RunningServer>(std::move(options));
    TUNESMITH_TRY_VOID(server->begin());
    return std::unique_ptr<Server>(std::move(server));
  } catch (const std::exception& error) {
    return Error(ErrorKind::kInternal, std::string("start http server: ") + error.what());
  }
}

}  // namespace tunesmith::http
