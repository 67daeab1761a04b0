// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/model_trees.h"

#include <algorithm>
#include <bit>
#include <string>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr int kMaxNesting = 32;

// A cursor over UBJSON. After a failure ok() is false and every further step does nothing.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }

  // Calls member(key) for each member of the object that follows; it must consume the value.
  template <class Member>
  void object(Member member) {
    if (!expect('{')) return;
    while (ok_ && peek() != '}') {
      const auto key = text(integer(next()));
      if (ok_) member(key);
    }
    expect('}');
  }

  // Calls element() for each element of the untyped array that follows; it must consume the value.
  template <class Element>
  void array(Element element) {
    if (!expect('[')) return;
    if (peek() == '#') {
      ++at_;
      for (auto count = integer(next()); ok_ && count > 0; --count) element();
      return;
    }
    while (ok_ && peek() != ']') element();
    expect(']');
  }

  // An array of numbers, typed or not.
  std::vector<double> numbers() {
    std::vector<double> out;
    if (!expect('[')) return out;
    if (peek() == '$') {
      ++at_;
      const char type = next();
      if (!expect('#')) return out;
      const auto count = integer(next());
      if (!fits(count)) return out;
      out.reserve(static_cast<std::size_t>(count));
      for (auto i = count; ok_ && i > 0; --i) out.push_back(number(type));
      return out;
    }
    --at_;
    array([&] { out.push_back(number(next())); });
    return out;
  }

  void skip(int nesting = 0) {
    if (nesting > kMaxNesting) ok_ = false;
    if (!ok_) return;
    switch (peek()) {
      case '{':
        object([&](std::string_view) { skip(nesting + 1); });
        return;
      case '[':
        if (at_ + 1 < bytes_.size() && bytes_[at_ + 1] == '$') {
          (void)numbers();
        } else {
          array([&] { skip(nesting + 1); });
        }
        return;
      case 'S':
        ++at_;
        (void)text(integer(next()));
        return;
      case 'T':
      case 'F':
      case 'Z':
        ++at_;
        return;
      default:
        (void)number(next());
    }
  }

 private:
  char peek() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }
  char next() {
    if (at_ >= bytes_.size()) ok_ = false;
    return ok_ ? bytes_[at_++] : '\0';
  }
  bool expect(char c) {
    if (next() != c) ok_ = false;
    return ok_;
  }
  bool fits(std::int64_t count) {
    // No element is smaller than a byte.
    if (count < 0 || static_cast<std::uint64_t>(count) > bytes_.size() - at_) ok_ = false;
    return ok_;
  }
  std::string_view text(std::int64_t size) {
    if (!ok_ || !fits(size)) return {};
    const auto out = bytes_.substr(at_, static_cast<std::size_t>(size));
    at_ += static_cast<std::size_t>(size);
    return out;
  }
  std::uint64_t big_endian(std::size_t size) {
    std::uint64_t value = 0;
    for (const char c : text(static_cast<std::int64_t>(size))) {
      value = (value << 8U) | static_cast<unsigned char>(c);
    }
    return value;
  }
  std::int64_t integer(char type) {
    switch (type) {
      case 'i':
        return static_cast<std::int8_t>(big_endian(1));
      case 'U':
        return static_cast<std::int64_t>(big_endian(1));
      case 'I':
        return static_cast<std::int16_t>(big_endian(2));
      case 'l':
        return static_cast<std::int32_t>(big_endian(4));
      case 'L':
        return static_cast<std::int64_t>(big_endian(8));
      default:
        ok_ = false;
        return 0;
    }
  }
  double number(char type) {
    if (type == 'd')
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(big_endian(4))));
    if (type == 'D') return std::bit_cast<double>(big_endian(8));
    return static_cast<double>(integer(type));
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

struct Arrays {
  std::vector<double> left;
  std::vector<double> right;
  std::vector<double> feature;
  std::vector<double> value;
  std::vector<double> missing_left;
  std::vector<double> split_type;
};

Arrays read_arrays(Reader& reader) {
  Arrays arrays;
  reader.object([&](std::string_view key) {
    if (key == "left_children") {
      arrays.left = reader.numbers();
    } else if (key == "right_children") {
      arrays.right = reader.numbers();
    } else if (key == "split_indices") {
      arrays.feature = reader.numbers();
    } else if (key == "split_conditions") {
      arrays.value = reader.numbers();
    } else if (key == "default_left") {
      arrays.missing_left = reader.numbers();
    } else if (key == "split_type") {
      arrays.split_type = reader.numbers();
    } else {
      reader.skip();
    }
  });
  return arrays;
}

// Depths by one pass: the library numbers children after their parents, which is checked here.
bool set_depth(Tree& tree) {
  std::vector<int> depths(tree.nodes.size(), 0);
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const auto& node = tree.nodes[i];
    if (node.left == i) continue;
    if (node.left < i || node.right < i) return false;
    depths[node.left] = depths[node.right] = depths[i] + 1;
    tree.depth = std::max(tree.depth, depths[i] + 1);
  }
  return true;
}

bool make_tree(const Arrays& arrays, std::size_t feature_count, Tree& tree) {
  const auto size = arrays.left.size();
  const auto same = [size](const std::vector<double>& values) { return values.size() == size; };
  if (size == 0 || !same(arrays.right) || !same(arrays.feature) || !same(arrays.value) ||
      !same(arrays.missing_left)) {
    return false;
  }
  for (const double type : arrays.split_type) {
    if (type != 0) return false;  // a categorical split
  }
  const auto last = static_cast<double>(size);
  tree.nodes.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    auto& node = tree.nodes[i];
    node.value = static_cast<float>(arrays.value[i]);
    node.left = node.right = static_cast<std::uint32_t>(i);
    if (arrays.left[i] < 0) continue;
    if (!(arrays.left[i] < last) || !(arrays.right[i] >= 0) || !(arrays.right[i] < last) ||
        !(arrays.feature[i] >= 0) || !(arrays.feature[i] < static_cast<double>(feature_count))) {
      return false;
    }
    node.left = static_cast<std::uint32_t>(arrays.left[i]);
    node.right = static_cast<std::uint32_t>(arrays.right[i]);
    node.feature = static_cast<std::uint32_t>(arrays.feature[i]);
    node.missing_left = arrays.missing_left[i] != 0;
  }
  return set_depth(tree);
}

}  // namespace

Result<std::vector<Tree>> read_trees(std::string_view model, std::size_t feature_count) {
  Reader reader(model);
  std::vector<Tree> trees;
  bool sound = true;
  const auto descend = [&](std::string_view wanted, auto inner) {
    return [&reader, wanted, inner](std::string_view key) {
      if (key == wanted) {
        inner();
      } else {
        reader.skip();
      }
    };
  };
  const auto read_tree_list = [&] {
    reader.array([&] {
      const auto arrays = read_arrays(reader);
      trees.emplace_back();
      sound = sound && reader.ok() && make_tree(arrays, feature_count, trees.back());
    });
  };
  const auto read_model = [&] { reader.object(descend("trees", read_tree_list)); };
  const auto read_booster = [&] { reader.object(descend("model", read_model)); };
  const auto read_learner = [&] { reader.object(descend("gradient_booster", read_booster)); };
  reader.object(descend("learner", read_learner));
  if (!reader.ok() || !sound)
    return Error{ErrorKind::kCorrupt, "a saved model is not of numeric trees"};
  return trees;
}

}  // namespace tunesmith::algorithms::xgboost
