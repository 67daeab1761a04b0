// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"
#include "http/chunked_decoder.h"
#include "http/head_parser.h"
#include "http/message.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace tunesmith::http {
namespace {

int refusal(std::string_view head) {
  auto parsed = parse_request_head(head);
  const auto* error = std::get_if<HeadError>(&parsed);
  return error != nullptr ? error->status : 0;
}

TEST(HeadParser, ReadsRequestLineFieldsAndFraming) {
  auto parsed = parse_request_head(
      "PUT /b/k%20x?partNumber=1 HTTP/1.1\r\nHost: h:1\r\nContent-Length:  12 \r\n"
      "Expect: 100-continue\r\nX-A: 1\r\nx-a: 2\r\n\r\n");
  const auto& head = std::get<RequestHead>(parsed);
  EXPECT_EQ(head.method, "PUT");
  EXPECT_EQ(head.target, "/b/k%20x?partNumber=1");
  EXPECT_EQ(head.framing.content_length, 12U);
  EXPECT_FALSE(head.framing.chunked);
  EXPECT_TRUE(head.expects_continue);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(head.headers.get("X-a"), "1");
  EXPECT_EQ(head.headers.entries().size(), 5U);
}

TEST(HeadParser, KnowsWhenOldClientsKeepTheConnection) {
  const auto keeps = [](std::string_view head) {
    auto parsed = parse_request_head(head);
    return std::get<RequestHead>(parsed).keep_alive;
  };
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"));
}

TEST(HeadParser, RefusesWhateverTwoReadersCouldFrameDifferently) {
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nContent-Length: 1, 2\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"), 400);
  EXPECT_NE(refusal("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            0);
  EXPECT_NE(refusal("GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"), 0);
  EXPECT_NE(refusal("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 0);
  EXPECT_NE(refusal("GET / HTTP/1.1\r\nBad Name: 1\r\n\r\n"), 0);
  EXPECT_NE(refusal("GET / HTTP/1.1\r\nHost : x\r\n\r\n"), 0);
  EXPECT_NE(refusal("GET /\x01 HTTP/1.1\r\n\r\n"), 0);
  EXPECT_NE(refusal("GET  / HTTP/1.1\r\n\r\n"), 0);
  EXPECT_NE(refusal("GET / HTTP/2.0\r\n\r\n"), 0);
  EXPECT_NE(refusal("\r\n\r\n"), 0);
}

TEST(HeadParser, FindsTheEndOfAHeadThatTricklesIn) {
  const std::string bytes = "GET / HTTP/1.1\r\nA: b\r\n\r\nrest";
  std::size_t searched = 0;
  for (std::size_t n = 0; n < bytes.size() - 4; ++n) {
    EXPECT_EQ(find_head_end(std::string_view(bytes).substr(0, n), searched), std::string::npos)
        << n;
  }
  EXPECT_EQ(find_head_end(bytes, searched), bytes.size() - 4);
}

std::string decode(std::string_view input, std::size_t piece, ChunkedDecoder& decoder,
                   std::size_t& consumed) {
  std::string out;
  consumed = 0;
  while (consumed < input.size() && !decoder.done() && !decoder.failed()) {
    const auto part = input.substr(consumed, piece);
    const auto step = decoder.next(part);
    EXPECT_LE(step.consumed, part.size());
    out.append(step.body);
    consumed += step.consumed;
    if (step.consumed == 0) break;
  }
  return out;
}

TEST(ChunkedDecoder, DecodesInPiecesOfAnySize) {
  const std::string wire =
      "5;ext=1\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nNEXT";
  for (std::size_t piece = 1; piece <= wire.size(); ++piece) {
    ChunkedDecoder decoder;
    std::size_t consumed = 0;
    EXPECT_EQ(decode(wire, piece, decoder, consumed), "hello 0123456789");
    EXPECT_TRUE(decoder.done());
    EXPECT_EQ(wire.substr(consumed), "NEXT");
  }
}

TEST(ChunkedDecoder, RefusesMalformedFraming) {
  for (const std::string wire : {"x\r\n", "\r\n", "-1\r\n", "5\nhello", "5\r\nhelloX", "1\r\na\rb",
                                 "FFFFFFFFFFFFFFFFF\r\n", "0\r\n\n", "5;a\nb\r\n"}) {
    ChunkedDecoder decoder;
    std::size_t consumed = 0;
    decode(wire, 100, decoder, consumed);
    EXPECT_TRUE(decoder.failed()) << wire;
  }
}

TEST(Parsing, RandomBytesNeverBreakIt) {
  Rng rng(7);
  const std::string valid =
      "POST /a?b=c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = valid;
    const auto changes = rng.below(6);
    for (std::uint64_t i = 0; i < changes; ++i) {
      bytes[static_cast<std::size_t>(rng.below(bytes.size()))] = static_cast<char>(rng.below(256));
    }
    if (rng.below(4) == 0) bytes.resize(static_cast<std::size_t>(rng.below(bytes.size())));
    std::size_t searched = 0;
    const std::size_t end = find_head_end(bytes, searched);
    if (end != std::string::npos) {
      (void)parse_request_head(std::string_view(bytes).substr(0, end));
      (void)parse_response_head(std::string_view(bytes).substr(0, end));
      ChunkedDecoder decoder;
      std::size_t consumed = 0;
      decode(std::string_view(bytes).substr(end), 3, decoder, consumed);
    }
    (void)parse_request_head(bytes);
  }
}

TEST(Headers, SetReplacesEveryFieldOfThatName) {
  Headers headers;
  headers.add("A", "1");
  headers.add("B", "2");
  headers.add("a", "3");
  headers.set("A", "4");
  EXPECT_EQ(headers.entries().size(), 2U);
  EXPECT_EQ(headers.get("a"), "4");
  headers.erase("b");
  EXPECT_FALSE(headers.has("B"));
}

}  // namespace
}  // namespace tunesmith::http
