// SPDX-License-Identifier: Apache-2.0
//
// One network thread: its event loop, the connections that live on it, and a slow tick that
// enforces their deadlines (cheaper than a timer each). Everything but post() and the constructor
// is called on that thread. Includes Asio: for the server's own .cc files only.
#pragma once

#include "http/resolver.h"
#include "http/server.h"
#include "http/worker_pool.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace tunesmith::http {

/// Something with a socket that a loop owns until it closes itself: a connection, a tunnel.
class LoopMember : public std::enable_shared_from_this<LoopMember> {
 public:
  using Clock = std::chrono::steady_clock;
  virtual ~LoopMember() = default;
  /// Called a few times a second.
  virtual void on_tick(Clock::time_point now) = 0;
  /// The server is stopping: end what is idle at once, the rest when its request is done; or `now`.
  virtual void on_stop(bool now) = 0;
  /// Between two requests, so that it may be closed to make room. Nothing otherwise.
  virtual bool close_if_idle() { return false; }
};

/// What all threads of one server share.
struct ServerState {
  explicit ServerState(ServerOptions o) : options(std::move(o)), workers(options.max_workers) {}
  const ServerOptions options;
  WorkerPool workers;
  Resolver resolver;
  std::atomic<std::size_t> members = 0;
  std::atomic<bool> stopping = false;
};

class Loop {
 public:
  explicit Loop(ServerState& state) : state_(state), context_(1), tick_(context_) {}

  boost::asio::io_context& context() { return context_; }
  ServerState& state() { return state_; }
  template <class Function>
  void post(Function function) {
    boost::asio::post(context_, std::move(function));
  }

  void start_ticking();
  void add(std::shared_ptr<LoopMember> member);
  void remove(const std::shared_ptr<LoopMember>& member);
  void stop_members(bool now);
  /// Closes one connection that waits for its next request. False: there is none.
  bool close_one_idle();
  /// The text of a Date field; computed once a second.
  std::string_view date();

 private:
  void tick();
  void schedule_tick();

  ServerState& state_;
  boost::asio::io_context context_;
  boost::asio::steady_timer tick_;
  std::unordered_set<std::shared_ptr<LoopMember>> members_;
  std::string date_;
  std::int64_t date_second_ = 0;
};

}  // namespace tunesmith::http
