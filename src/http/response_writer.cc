// SPDX-License-Identifier: Apache-2.0
#include "http/response_writer.h"

#include "base/log.h"
#include "base/strings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <utility>

namespace tunesmith::http {
namespace {

constexpr std::size_t kPiece = 256U << 10U;
// Up to here a file is read into memory, to leave together with the head.
constexpr std::size_t kSmallFile = 64U << 10U;
// How much one call to the system sends of a file.
constexpr std::size_t kSendFilePiece = 1U << 20U;

// What a handler may not set: these follow from the body and the connection.
bool is_framing_field(std::string_view name) {
  return iequals(name, "content-length") || iequals(name, "transfer-encoding") ||
         iequals(name, "connection");
}

// A stored value with a line end in it must not become a field of its own.
void append_field(std::string& out, std::string_view name, std::string_view value) {
  const auto is_token = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~' || c == '!' || c == '#' || c == '$' || c == '%' ||
           c == '&' || c == '\'' || c == '*' || c == '+' || c == '^' || c == '`' || c == '|';
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token)) return;
  out.append(name).append(": ");
  const std::size_t at = out.size();
  out.append(value);
  for (std::size_t i = at; i < out.size(); ++i) {
    if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0') out[i] = ' ';
  }
  out.append("\r\n");
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 407:
      return "Proxy Authentication Required";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 424:
      return "Failed Dependency";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";
  }
}

ResponseWriter::ResponseWriter(Response response, const Context& context)
    : response_(std::move(response)), keep_alive_(context.keep_alive && !response_.close) {
  write_head(context);
}

void ResponseWriter::write_head(const Context& context) {
  const int status = response_.status;
  const bool bodiless = status < 200 || status == 204 || status == 304;
  std::optional<std::uint64_t> length = response_.content_length;
  if (auto* text = std::get_if<std::string>(&response_.body)) {
    if (!context.head_request) length = text->size();
    if (!length) {
      const auto given = response_.headers.get("content-length");
      const auto number = given ? parse_int(*given) : std::nullopt;
      length = number && *number >= 0 && text->empty() ? static_cast<std::uint64_t>(*number)
                                                       : text->size();
    }
    second_ = *text;
  } else if (auto* file = std::get_if<FileBody>(&response_.body)) {
    length = file->length;
    remaining_ = file->length;
    source_ = file->length > 0 ? Source::kFile : Source::kNone;
  } else if (std::holds_alternative<std::unique_ptr<BodyReader>>(response_.body)) {
    source_ = Source::kReader;
    remaining_ = length.value_or(0);
    chunked_ = !length && context.http_1_1;
    until_close_ = !length && !context.http_1_1;
  } else {
    until_close_ = true;
  }
  if (bodiless || context.head_request) {
    source_ = Source::kNone;
    second_ = {};
  }
  if (until_close_) keep_alive_ = false;

  first_.reserve(512);
  fmt::format_to(std::back_inserter(first_), "HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
  for (const auto& [name, value] : response_.headers.entries()) {
    if (!is_framing_field(name)) append_field(first_, name, value);
  }
  if (!response_.headers.has("date")) append_field(first_, "Date", context.date);
  if (chunked_ && !bodiless) {
    first_.append("Transfer-Encoding: chunked\r\n");
  } else if (length && !bodiless) {
    fmt::format_to(std::back_inserter(first_), "Content-Length: {}\r\n", *length);
  }
  if (!keep_alive_) {
    first_.append("Connection: close\r\n");
  } else if (!context.http_1_1) {
    first_.append("Connection: keep-alive\r\n");
  }
  first_.append("\r\n");

  if (source_ == Source::kFile && remaining_ <= kSmallFile && !fetch_from_file(kSmallFile)) {
    keep_alive_ = false;  // advance() fails on the missing bytes
  }
}

// Reads the file's next bytes into piece_, at most `limit`.
bool ResponseWriter::fetch_from_file(std::size_t limit) {
  auto& file = std::get<FileBody>(response_.body);
  piece_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, limit)));
  std::size_t filled = 0;
  while (filled < piece_.size()) {
    const ssize_t n = ::pread(file.file.get(), piece_.data() + filled, piece_.size() - filled,
                              static_cast<off_t>(file.offset + filled));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      log::error("http: a file ended {} bytes before the end of its response", remaining_ - filled);
      piece_.clear();
      return false;
    }
    filled += static_cast<std::size_t>(n);
  }
  file.offset += filled;
  remaining_ -= filled;
  if (remaining_ == 0) source_ = Source::kNone;
  second_ = piece_;
  return true;
}

bool ResponseWriter::fetch_from_reader() {
  auto& reader = *std::get<std::unique_ptr<BodyReader>>(response_.body);
  const bool counted = !chunked_ && !until_close_;
  if (counted && remaining_ == 0) {
    source_ = Source::kNone;
    return true;
  }
  constexpr std::string_view kLineEnd = "\r\n";
  piece_.resize(kPiece + kLineEnd.size());
  const std::size_t wanted =
      counted ? static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, kPiece)) : kPiece;
  const auto got = reader.read(std::span(piece_.data(), wanted));
  if (!got) {
    log::warning("http: a response broke off: {}", got.error().message);
    return false;
  }
  if (*got == 0) {
    source_ = Source::kNone;
    if (chunked_) first_ = "0\r\n\r\n";
    return !counted;
  }
  piece_.resize(*got);
  if (counted) remaining_ -= *got;
  if (chunked_) {
    first_ = fmt::format("{:x}\r\n", *got);
    piece_.append(kLineEnd);
  }
  second_ = piece_;
  return true;
}

ResponseWriter::Progress ResponseWriter::flush(Stream& stream) {
  while (sent_ < first_.size() + second_.size()) {
    const std::string_view first =
        sent_ < first_.size() ? std::string_view(first_).substr(sent_) : std::string_view();
    const std::string_view second =
        sent_ < first_.size() ? second_ : second_.substr(sent_ - first_.size());
    const IoResult result = stream.write(first, second);
    switch (result.status) {
      case IoResult::Status::kOk:
        sent_ += result.bytes;
        break;
      case IoResult::Status::kWantRead:
        return Progress::kWantRead;
      case IoResult::Status::kWantWrite:
        return Progress::kWantWrite;
      default:
        return Progress::kFailed;
    }
  }
  first_.clear();
  second_ = {};
  sent_ = 0;
  return Progress::kDone;
}

ResponseWriter::Progress ResponseWriter::send_file(Stream& stream) {
  auto& file = std::get<FileBody>(response_.body);
  while (remaining_ > 0) {
    const IoResult result = stream.send_file(
        file.file.get(), static_cast<off_t>(file.offset),
        static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, kSendFilePiece)));
    if (result.wants()) return Progress::kWantWrite;
    if (!result.ok()) return Progress::kFailed;
    file.offset += result.bytes;
    remaining_ -= result.bytes;
  }
  source_ = Source::kNone;
  return Progress::kDone;
}

ResponseWriter::Progress ResponseWriter::advance(Stream& stream, bool may_block) {
  for (;;) {
    if (const Progress progress = flush(stream); progress != Progress::kDone) return progress;
    if (source_ == Source::kNone) return Progress::kDone;
    if (!may_block) return Progress::kNeedsWorker;
    if (source_ == Source::kReader) {
      if (!fetch_from_reader()) return Progress::kFailed;
    } else if (stream.can_send_files()) {
      if (const Progress progress = send_file(stream); progress != Progress::kDone) return progress;
    } else if (!fetch_from_file(kPiece)) {
      return Progress::kFailed;
    }
  }
}

}  // namespace tunesmith::http
