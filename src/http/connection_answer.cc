// SPDX-License-Identifier: Apache-2.0
//
// The parts of Connection that answer a request: on the loop's thread or a worker's, at once or as
// the client takes it, or with events.
#include "base/failure_point.h"
#include "base/log.h"
#include "base/time_format.h"
#include "http/connection.h"
#include "http/event_stream.h"

#include <sys/socket.h>

#include <exception>
#include <string>
#include <utility>

namespace tunesmith::http {
namespace {

using namespace std::chrono_literals;

constexpr auto kDrainTimeout = 10s;

}  // namespace

Response Connection::call_handler() {
  try {
    Response response = listener_.handler->handle(request_);
    failure_point::reach("answer.ready");
    return response;
  } catch (const std::exception& error) {
    log::error("http: {} {} failed: {}", request_.method, request_.path(), error.what());
  } catch (...) {
    log::error("http: {} {} failed", request_.method, request_.path());
  }
  Response response;
  response.status = 500;
  response.headers.add("Content-Type", "text/plain");
  response.body = std::string("Internal error.\n");
  return response;
}

void Connection::make_writer(Response response) {
  // What may follow on this connection depends on what the handler left of the body.
  const bool in_step = !body_->broken() && !body_->malformed() &&
                       (body_->complete() || (!body_->chunked() && !body_->owes_continue() &&
                                              body_->remaining() <= kMaxDrain));
  ResponseWriter::Context context;
  context.head_request = request_.method == "HEAD";
  context.http_1_1 = http_1_1_;
  context.keep_alive = keep_alive_ && in_step;
  const std::string date =
      response.headers.has("date") ? std::string() : format_http_date(SystemClock().now());
  context.date = date;
  writer_.emplace(std::move(response), context);
}

void Connection::answer_here() {
  make_writer(call_handler());
  advance_here();
}

void Connection::answer_on_worker() {
  state_ = State::kHandling;
  deadline_.reset();
  auto self = std::static_pointer_cast<Connection>(shared_from_this());
  loop_.state().workers.submit(
      [self] {
        self->make_writer(self->call_handler());
        const auto progress = self->writer_->advance(*self->stream_, true);
        self->loop_.post([self, progress] { self->after_progress(progress); });
      },
      !body_->complete());
}

// A step that may block, of a response that has begun.
void Connection::submit_pump() {
  state_ = State::kHandling;
  deadline_.reset();
  auto self = std::static_pointer_cast<Connection>(shared_from_this());
  loop_.state().workers.submit([self] {
    const auto progress = self->writer_->advance(*self->stream_, true);
    self->loop_.post([self, progress] { self->after_progress(progress); });
  });
}

void Connection::advance_here() { after_progress(writer_->advance(*stream_, false)); }

void Connection::after_progress(ResponseWriter::Progress progress) {
  using Progress = ResponseWriter::Progress;
  switch (progress) {
    case Progress::kDone:
      finish_response();
      return;
    case Progress::kWantRead:
    case Progress::kWantWrite:
      set_state(State::kSending, options_.send_idle_timeout);
      wait(progress == Progress::kWantWrite);
      return;
    case Progress::kNeedsWorker:
      submit_pump();
      return;
    case Progress::kFailed:
      close();
      return;
  }
}

// An answer of our own, to what never became a request. The connection ends with it.
void Connection::reject(int status, std::string_view message, Headers headers) {
  Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.headers.add("Content-Type", "text/plain");
  response.body = std::string(message) + "\n";
  response.close = true;
  ResponseWriter::Context context;
  context.http_1_1 = http_1_1_;
  context.date = loop_.date();
  body_.reset();
  writer_.emplace(std::move(response), context);
  advance_here();
}

void Connection::finish_response() {
  if (writer_->events() != nullptr) {
    begin_events();
    return;
  }
  const bool done_with_body = body_ && (body_->complete() || body_->discard());
  if (!writer_->keep_alive() || loop_.state().stopping) {
    if (done_with_body && input_.empty()) {
      stream_->finish_writing();
      close();
    } else {
      linger();
    }
    return;
  }
  if (!done_with_body) {
    if (state_ != State::kDraining) {
      discarded_ = 0;
      set_state(State::kDraining, kDrainTimeout);
    }
    drain();
    return;
  }
  body_.reset();
  writer_.reset();
  ++answered_;
  set_state(State::kIdle, options_.keep_alive_timeout);
  if (!in_process_input_) process_input();
}

// ---- event streams

void Connection::begin_events() {
  set_state(State::kEvents, options_.keep_alive_timeout);
  deadline_.reset();
  auto self = std::static_pointer_cast<Connection>(shared_from_this());
  events_ = std::make_shared<EventStream>(self);
  // On a worker: the handler's part may take its time.
  auto start = std::move(writer_->events()->start);
  loop_.state().workers.submit([start = std::move(start), sink = events_] {
    if (!start) return sink->close();
    try {
      start(sink);
    } catch (const std::exception& error) {
      log::error("http: an event stream failed to start: {}", error.what());
      sink->close();
    }
  });
  flush_events();
}

void Connection::flush_events() {
  if (state_ != State::kEvents) return;
  const bool closing =
      events_->closing();  // before take(): what was sent before close() still goes
  event_bytes_ += events_->take();
  while (!event_bytes_.empty()) {
    const IoResult sent = stream_->write(event_bytes_, {});
    if (sent.ok()) {
      event_bytes_.erase(0, sent.bytes);
      events_->sent(sent.bytes);
      deadline_.reset();
      continue;
    }
    if (!sent.wants() || events_->too_far_behind()) return close();
    if (!deadline_) deadline_ = Clock::now() + options_.send_idle_timeout;
    wait_in_events(sent.status == IoResult::Status::kWantWrite);
    break;
  }
  if (events_->too_far_behind()) return close();
  if (event_bytes_.empty() && closing) {
    stream_->finish_writing();
    return close();
  }
  // Nothing is expected from the client but its leaving.
  for (;;) {
    input_.consume(input_.size());
    const IoResult got = fill();
    if (got.ok()) continue;
    if (!got.wants()) return close();
    wait_in_events(got.status == IoResult::Status::kWantWrite);
    return;
  }
}

// Waits for both directions at once here, each at most once.
void Connection::wait_in_events(bool to_write) {
  bool& waiting = to_write ? waits_to_write_ : waits_to_read_;
  if (waiting) return;
  waiting = true;
  auto self = std::static_pointer_cast<Connection>(shared_from_this());
  descriptor_.async_wait(to_write ? descriptor_.wait_write : descriptor_.wait_read,
                         [self, &waiting](const boost::system::error_code& error) {
                           waiting = false;
                           if (!error) self->flush_events();
                         });
}

}  // namespace tunesmith::http
