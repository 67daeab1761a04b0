// SPDX-License-Identifier: Apache-2.0
//
// A chunked body gives the same bytes however it is cut.
#include "http/chunked_decoder.h"

#include <string>

#include "fuzz.h"

namespace {

struct Decoded {
  std::string body;
  bool done = false;
  bool failed = false;
};

Decoded decode(std::string_view text, std::size_t piece) {
  tunesmith::http::ChunkedDecoder decoder;
  Decoded result;
  while (!text.empty() && !decoder.done() && !decoder.failed()) {
    std::string_view now = text.substr(0, piece);
    while (!now.empty() && !decoder.done() && !decoder.failed()) {
      const auto step = decoder.next(now);
      TUNESMITH_CHECK(step.consumed <= now.size());
      TUNESMITH_CHECK(step.consumed > 0 || decoder.failed());
      result.body += step.body;
      now.remove_prefix(step.consumed);
      text.remove_prefix(step.consumed);
    }
  }
  result.done = decoder.done();
  result.failed = decoder.failed();
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tunesmith::fuzz::text_of(data, size);
  const Decoded whole = decode(text, text.size() + 1);
  const Decoded bytes = decode(text, 1);
  TUNESMITH_CHECK(whole.done == bytes.done && whole.failed == bytes.failed);
  TUNESMITH_CHECK(whole.failed || whole.body == bytes.body);
  return 0;
}
