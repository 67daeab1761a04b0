// SPDX-License-Identifier: Apache-2.0
//
// A CONNECT that is passed on: resolves, connects (or asks an upstream proxy to), then carries
// bytes both ways without looking at them. Lives on its loop's thread, closes itself. Includes
// Asio: for the server's own .cc files only.
#pragma once

#include "base/files.h"
#include "http/connect_target.h"
#include "http/input_buffer.h"
#include "http/loop.h"
#include "http/resolver.h"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::http {

class Tunnel final : public LoopMember {
 public:
  /// `client` has sent CONNECT for `target`, and `received` after it.
  Tunnel(Loop& loop, FileDescriptor client, std::string_view received, ConnectTarget target,
         std::optional<UpstreamProxy> upstream);
  ~Tunnel() override;

  void start();
  void on_tick(Clock::time_point now) override;
  void on_stop(bool now) override;

 private:
  enum class State { kResolving, kConnecting, kAskingUpstream, kRelaying, kClosed };
  // One direction.
  struct Flow {
    boost::asio::posix::stream_descriptor* from = nullptr;
    boost::asio::posix::stream_descriptor* to = nullptr;
    InputBuffer bytes;
    bool ended = false;
  };
  // What a lookup that has outlived this tunnel finds: nobody.
  struct Mailbox {
    std::mutex mutex;
    std::weak_ptr<Tunnel> tunnel;  // guarded by mutex
  };

  void on_resolved(std::vector<ResolvedAddress> addresses);
  void connect_next();
  void on_connected();
  void ask_upstream();
  void read_upstream_answer();
  void begin_relay();
  void relay(Flow& flow);
  void wait(boost::asio::posix::stream_descriptor& descriptor, bool to_write, Flow& flow);
  void refuse(int status, std::string_view why);
  void close();
  template <class Function>
  void when_ready(boost::asio::posix::stream_descriptor& descriptor, bool to_write,
                  Function function);

  Loop& loop_;
  const ProxyOptions& options_;
  const ConnectTarget target_;
  const std::optional<UpstreamProxy> upstream_;
  boost::asio::posix::stream_descriptor client_;
  boost::asio::posix::stream_descriptor server_;
  State state_ = State::kResolving;
  Clock::time_point deadline_;
  Clock::time_point attempt_deadline_;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::vector<ResolvedAddress> addresses_;
  std::size_t next_address_ = 0;
  InputBuffer answer_;
  std::size_t searched_ = 0;
  Flow up_;
  Flow down_;
};

}  // namespace tunesmith::http
