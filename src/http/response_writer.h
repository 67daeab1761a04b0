// SPDX-License-Identifier: Apache-2.0
//
// Sends one response over a stream, in as many steps as the peer's slowness needs. Knows no
// threads: whoever owns the connection calls advance(). Used by Connection only.
#pragma once

#include "http/message.h"
#include "http/stream.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tunesmith::http {

class ResponseWriter {
 public:
  struct Context {
    bool head_request = false;  // HEAD: the fields of a GET, no body
    bool http_1_1 = true;
    bool keep_alive = true;
    std::string_view date;  // for the Date field
  };
  enum class Progress {
    kDone,      // all of it has been given to the system
    kWantRead,  // wait for the socket, call again
    kWantWrite,
    kNeedsWorker,  // the next step may block, and the caller said it must not
    kFailed,       // the peer is gone, or the body broke off: close the connection
  };

  ResponseWriter(Response response, const Context& context);

  Progress advance(Stream& stream, bool may_block);
  /// False: the connection must be closed after this response (said so to the client, too).
  bool keep_alive() const { return keep_alive_; }
  /// The part to be called when the head has been sent, if this is an event stream.
  EventBody* events() { return std::get_if<EventBody>(&response_.body); }

 private:
  enum class Source { kNone, kFile, kReader };

  void write_head(const Context& context);
  Progress flush(Stream& stream);
  Progress send_file(Stream& stream);
  bool fetch_from_file(std::size_t limit);
  bool fetch_from_reader();

  Response response_;
  bool keep_alive_;
  Source source_ = Source::kNone;
  bool chunked_ = false;
  std::uint64_t remaining_ = 0;  // of the file; of the reader when not chunked and not until_close_
  bool until_close_ = false;     // HTTP/1.0: the end of the connection ends the body
  std::string first_;            // what goes out next: head, or a chunk's size line
  std::string piece_;            // storage of second_ for files and readers
  std::string_view second_;      // then this
  std::size_t sent_ = 0;         // of first_ and second_ together
};

/// "Not Found" for 404; "" when unknown.
std::string_view reason_phrase(int status);

}  // namespace tunesmith::http
