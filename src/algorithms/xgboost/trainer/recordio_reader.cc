// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/recordio_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr std::uint32_t kMagic = 0xced7230aU;
// Beyond that the library's own bookkeeping of columns would be larger than any data set.
constexpr std::uint64_t kMostColumns = std::uint64_t{1} << 26U;

template <class Number>
Number little_endian(std::string_view bytes) {
  Number out;
  std::memcpy(&out, bytes.data(),
              sizeof out);  // both machines that are built for are little-endian
  return out;
}

// --- protobuf: fields of a message in order, as the encoding guide defines the wire format
// --------

class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  /// The next field; false at the end and at what is no field (see broken()).
  bool next() {
    if (rest_.empty() || broken_) return false;
    const auto key = varint();
    if (broken_) return false;
    number_ = key >> 3U;
    wire_ = key & 7U;
    switch (wire_) {
      case 0:
        value_ = varint();
        break;
      case 1:
        bytes_ = take(8);
        break;
      case 2:
        bytes_ = take(varint());
        break;
      case 5:
        bytes_ = take(4);
        break;
      default:
        broken_ = true;
    }
    return !broken_;
  }

  bool broken() const { return broken_; }
  std::uint64_t number() const { return number_; }
  bool is_message(std::uint64_t number) const { return number_ == number && wire_ == 2; }
  std::uint64_t wire() const { return wire_; }
  std::uint64_t value() const { return value_; }
  std::string_view bytes() const { return bytes_; }

  std::uint64_t varint() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      out |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return out;
    }
    broken_ = true;
    return 0;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view take(std::uint64_t count) {
    if (broken_ || count > rest_.size()) {
      broken_ = true;
      return {};
    }
    const auto out = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(out.size());
    return out;
  }

  std::string_view rest_;
  bool broken_ = false;
  std::uint64_t number_ = 0, wire_ = 0, value_ = 0;
  std::string_view bytes_;
};

struct Tensor {
  std::vector<float> values;
  std::vector<std::uint64_t> keys, shape;
};

/// A repeated integer field, packed or not.
bool read_integers(const Fields& field, std::vector<std::uint64_t>& into) {
  if (field.wire() == 0) {
    into.push_back(field.value());
    return true;
  }
  if (field.wire() != 2) return false;
  Fields packed(field.bytes());
  while (!packed.at_end() && !packed.broken()) into.push_back(packed.varint());
  return !packed.broken();
}

template <class Number>
bool read_numbers(const Fields& field, std::vector<float>& into) {
  const auto bytes = field.bytes();
  const bool right = field.wire() == 2 || field.wire() == (sizeof(Number) == 4 ? 5U : 1U);
  if (!right || bytes.size() % sizeof(Number) != 0) return false;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Number)) {
    into.push_back(static_cast<float>(little_endian<Number>(bytes.substr(at))));
  }
  return true;
}

/// Value: float32_tensor = 2, float64_tensor = 3, int32_tensor = 7; values = 1, keys = 2, shape
/// = 3.
bool read_value(std::string_view bytes, Tensor& out) {
  Fields value(bytes);
  while (value.next()) {
    const auto kind = value.number();
    if (value.wire() != 2 || (kind != 2 && kind != 3 && kind != 7)) continue;
    out = {};
    Fields tensor(value.bytes());
    while (tensor.next()) {
      bool fine = true;
      if (tensor.number() == 1 && kind == 2) fine = read_numbers<float>(tensor, out.values);
      if (tensor.number() == 1 && kind == 3) fine = read_numbers<double>(tensor, out.values);
      if (tensor.number() == 1 && kind == 7) {
        std::vector<std::uint64_t> integers;
        fine = read_integers(tensor, integers);
        for (const auto n : integers)
          out.values.push_back(static_cast<float>(static_cast<std::int32_t>(n)));
      }
      if (tensor.number() == 2) fine = read_integers(tensor, out.keys);
      if (tensor.number() == 3) fine = read_integers(tensor, out.shape);
      if (!fine) return false;
    }
    if (tensor.broken()) return false;
  }
  return !value.broken();
}

/// An entry of one of the maps: key = 1, value = 2. Takes the one that is called "values".
bool read_entry(std::string_view bytes, std::optional<Tensor>& out) {
  Fields entry(bytes);
  std::string_view name, value;
  while (entry.next()) {
    if (entry.is_message(1)) name = entry.bytes();
    if (entry.is_message(2)) value = entry.bytes();
  }
  if (entry.broken()) return false;
  if (name != "values") return true;
  return read_value(value, out.emplace());
}

struct Record {
  std::optional<Tensor> features, label;
};

/// Record: features = 1, label = 2, both maps.
bool read_record(std::string_view bytes, Record& out) {
  Fields record(bytes);
  while (record.next()) {
    if (record.is_message(1) && !read_entry(record.bytes(), out.features)) return false;
    if (record.is_message(2) && !read_entry(record.bytes(), out.label)) return false;
  }
  return !record.broken();
}

// --- frames
// ---------------------------------------------------------------------------------------

/// The next record's payload; nothing when the frame is not whole. A payload that holds the magic
/// number itself comes in parts, cut where it stood.
std::optional<std::string_view> next_payload(std::string_view& rest, std::string& joined) {
  joined.clear();
  for (bool first = true;; first = false) {
    if (rest.size() < 8 || little_endian<std::uint32_t>(rest) != kMagic) return std::nullopt;
    const auto head = little_endian<std::uint32_t>(rest.substr(4));
    const std::uint32_t flag = head >> 29U;
    const std::size_t length = head & ((1U << 29U) - 1);
    rest.remove_prefix(8);
    if (length > rest.size()) return std::nullopt;
    const auto part = rest.substr(0, length);
    rest.remove_prefix(std::min(rest.size(), (length + 3) / 4 * 4));
    const bool begins = flag == 0 || flag == 1;
    if (flag > 3 || begins != first) return std::nullopt;
    if (flag == 0) return part;
    if (!first) joined.append(reinterpret_cast<const char*>(&kMagic), sizeof kMagic);
    joined.append(part);
    if (flag == 3) return std::string_view(joined);
  }
}

/// Appends a row; "" or what is wrong with it.
std::string append(const Record& record, bool labels, Table& table) {
  if (!record.features) return "has no features called 'values'";
  const Tensor& row = *record.features;
  const bool sparse = !row.keys.empty() || (row.values.empty() && !row.shape.empty());
  if (table.rows == 0) {
    table.sparse = sparse;
    if (sparse) table.row_offsets = {0};
  }
  if (sparse != table.sparse) return "is sparse where others are dense, or the other way round";
  if (labels && (!record.label || record.label->values.size() != 1)) {
    return "must have a label of one value";
  }
  if (sparse) {
    if (row.keys.size() != row.values.size()) return "has other numbers of keys than of values";
    std::uint64_t width = row.shape.empty() ? 0 : row.shape.back();
    for (const auto key : row.keys)
      width = std::max(width, key == ~std::uint64_t{0} ? key : key + 1);
    if (width > kMostColumns) return fmt::format("has more than {} columns", kMostColumns);
    table.columns = std::max(table.columns, static_cast<std::size_t>(width));
    for (const auto key : row.keys) table.column_indices.push_back(static_cast<std::uint32_t>(key));
    table.values.insert(table.values.end(), row.values.begin(), row.values.end());
    table.row_offsets.push_back(table.values.size());
  } else {
    if (table.rows == 0) table.columns = row.values.size();
    if (row.values.size() != table.columns || row.values.empty()) {
      return fmt::format("has {} values where the first has {}", row.values.size(), table.columns);
    }
    table.dense.insert(table.dense.end(), row.values.begin(), row.values.end());
  }
  if (labels) table.labels.push_back(record.label->values[0]);
  ++table.rows;
  return "";
}

}  // namespace

Result<void> read_recordio(std::string_view bytes, std::string_view file_name, bool labels,
                           Table& table) {
  std::string joined;
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const auto wrong = [&](std::string_view what) {
      return Error(ErrorKind::kInvalid, fmt::format("{}: record {} {}", file_name, number, what));
    };
    const auto payload = next_payload(bytes, joined);
    if (!payload) return wrong("is no whole RecordIO record");
    Record record;
    if (!read_record(*payload, record)) return wrong("is no protobuf message of a record");
    const auto problem = append(record, labels, table);
    if (!problem.empty()) return wrong(problem);
  }
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
