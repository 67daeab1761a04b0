// SPDX-License-Identifier: Apache-2.0
//
// Received bytes that wait to be parsed: filled at the back, consumed at the front, without the
// clearing and shifting that a std::string would do. Not thread safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace tunesmith::http {

class InputBuffer {
 public:
  std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

  void consume(std::size_t count) {
    begin_ += std::min(count, size());
    if (empty()) begin_ = end_ = 0;
  }
  /// At least `count` bytes of room behind what is held; commit() says how many were filled.
  std::span<char> prepare(std::size_t count) {
    if (capacity_ - end_ < count) make_room(count);
    return {data_.get() + end_, capacity_ - end_};
  }
  void commit(std::size_t count) { end_ += count; }
  /// Gives memory beyond `keep` bytes back, when nothing is held.
  void trim(std::size_t keep) {
    if (empty() && capacity_ > keep) *this = InputBuffer();
  }

 private:
  void make_room(std::size_t count) {
    const std::size_t held = size();
    if (capacity_ - held < count) {
      const std::size_t capacity = std::max(capacity_ * 2, held + count);
      auto larger = std::make_unique_for_overwrite<char[]>(capacity);
      if (held > 0) std::memcpy(larger.get(), data_.get() + begin_, held);
      data_ = std::move(larger);
      capacity_ = capacity;
    } else {
      std::memmove(data_.get(), data_.get() + begin_, held);
    }
    begin_ = 0;
    end_ = held;
  }

  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace tunesmith::http
