// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/xml.h"

#include "aws/protocol/scalars.h"
#include "base/strings.h"
#include "base/utf8.h"

#include <pugixml.hpp>

#include <cstddef>

namespace tunesmith::aws {
namespace {

constexpr int kMaxDepth = 64;

std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string text_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
  }
  return text;
}

class Decoder {
 public:
  explicit Decoder(Validator& validator) : validator_(validator) {}

  bool structure(const pugi::xml_node& node, const Shape& shape, void* into, const Path& path,
                 int depth) {
    if (depth > kMaxDepth) return false;
    std::size_t given = 0;
    for (const Member& member : shape.members) {
      if (member.location != Location::kBody) continue;
      const Path here{.parent = &path, .name = member.name};
      void* slot = nullptr;
      if (!this->member(node, member, into, here, depth, slot)) return false;
      if (slot != nullptr) {
        ++given;
        validator_.check(here, *member.shape, slot);
      } else if (member.required()) {
        validator_.missing(here);
      }
    }
    validator_.check_union(path, shape, given);
    return true;
  }

 private:
  /// Sets `slot` when the member is present.
  bool member(const pugi::xml_node& node, const Member& member, void* into, const Path& path,
              int depth, void*& slot) {
    if (member.has(MemberFlag::kXmlAttribute)) {
      for (const pugi::xml_attribute attribute : node.attributes()) {
        if (local_name(attribute.name()) != local_name(member.wire_name)) continue;
        slot = member.access.emplace(into);
        return parse_scalar(attribute.value(), *member.shape, TimestampFormat::kIso8601, slot);
      }
      return true;
    }
    const bool flattened = member.has(MemberFlag::kFlattened);
    std::size_t index = 0;
    for (const pugi::xml_node child : node.children()) {
      if (child.type() != pugi::node_element || local_name(child.name()) != member.wire_name)
        continue;
      if (slot == nullptr) slot = member.access.emplace(into);
      if (flattened && member.shape->kind == ShapeKind::kList) {
        if (!element(child, *member.shape, slot, path, ++index, depth)) return false;
      } else if (flattened && member.shape->kind == ShapeKind::kMap) {
        if (!entry(child, *member.shape, slot, path, depth)) return false;
      } else {
        const TimestampFormat format =
            timestamp_format(&member, *member.shape, TimestampFormat::kIso8601);
        return value(child, *member.shape, format, slot, path, depth);
      }
    }
    return true;
  }

  bool value(const pugi::xml_node& node, const Shape& shape, TimestampFormat format, void* into,
             const Path& path, int depth) {
    if (shape.kind == ShapeKind::kStructure) return structure(node, shape, into, path, depth + 1);
    if (shape.kind == ShapeKind::kList || shape.kind == ShapeKind::kMap) {
      const std::string_view name =
          shape.kind == ShapeKind::kList ? shape.element_name : std::string_view("entry");
      std::size_t index = 0;
      for (const pugi::xml_node child : node.children()) {
        if (child.type() != pugi::node_element || local_name(child.name()) != name) continue;
        const bool ok = shape.kind == ShapeKind::kList
                            ? element(child, shape, into, path, ++index, depth)
                            : entry(child, shape, into, path, depth);
        if (!ok) return false;
      }
      return true;
    }
    const std::string text = text_of(node);
    if (shape.kind == ShapeKind::kString) {
      *static_cast<std::string*>(into) = text;
      return true;
    }
    return parse_scalar(trim(text), shape, format, into);
  }

  bool element(const pugi::xml_node& node, const Shape& list, void* into, const Path& path,
               std::size_t index, int depth) {
    if (depth > kMaxDepth) return false;
    const Path here{.parent = &path, .index = index};
    void* slot = list.list.append(into);
    if (!nested(node, *list.element, slot, here, depth)) return false;
    return true;
  }

  bool entry(const pugi::xml_node& node, const Shape& map, void* into, const Path& path,
             int depth) {
    if (depth > kMaxDepth) return false;
    std::string key;
    pugi::xml_node content;
    for (const pugi::xml_node child : node.children()) {
      if (local_name(child.name()) == map.key_name) key = text_of(child);
      if (local_name(child.name()) == map.element_name) content = child;
    }
    const Path here{.parent = &path, .name = key, .entry = true};
    return nested(content, *map.element, map.map.emplace(into, key), here, depth);
  }

  bool nested(const pugi::xml_node& node, const Shape& shape, void* into, const Path& path,
              int depth) {
    const TimestampFormat format = timestamp_format(nullptr, shape, TimestampFormat::kIso8601);
    if (!value(node, shape, format, into, path, depth + 1)) return false;
    if (shape.kind == ShapeKind::kList || shape.kind == ShapeKind::kMap) {
      validator_.check(path, shape, into);
    }
    return true;
  }

  Validator& validator_;
};

void open(std::string_view name, std::string_view xml_namespace, const Shape& shape,
          const void* value, std::string& out) {
  out += '<';
  out += name;
  if (!xml_namespace.empty()) {
    out += " xmlns=\"";
    append_xml_text(xml_namespace, out);
    out += '"';
  }
  if (shape.kind == ShapeKind::kStructure) {
    for (const Member& member : shape.members) {
      if (!member.has(MemberFlag::kXmlAttribute)) continue;
      const void* attribute = member.access.get(value);
      if (attribute == nullptr) continue;
      // A prefixed attribute brings its structure's namespace with it (xsi:type).
      if (const auto colon = member.wire_name.find(':');
          colon != std::string_view::npos && !shape.xml_namespace.empty()) {
        out += " xmlns:";
        out += member.wire_name.substr(0, colon);
        out += "=\"";
        append_xml_text(shape.xml_namespace, out);
        out += '"';
      }
      out += ' ';
      out += member.wire_name;
      out += "=\"";
      append_xml_text(scalar_to_text(*member.shape, TimestampFormat::kIso8601, attribute), out);
      out += '"';
    }
  }
  out += '>';
}

void close(std::string_view name, std::string& out) {
  out += "</";
  out += name;
  out += '>';
}

void encode_element(std::string_view name, std::string_view xml_namespace, const Shape& shape,
                    TimestampFormat format, const void* value, std::string& out);

void encode_entry(std::string_view name, const Shape& map, const std::string& key,
                  const void* value, std::string& out) {
  out += '<';
  out += name;
  out += '>';
  append_xml_element(map.key_name, key, out);
  encode_element(map.element_name, {}, *map.element,
                 timestamp_format(nullptr, *map.element, TimestampFormat::kIso8601), value, out);
  close(name, out);
}

/// The elements of a list or the entries of a map, each named `name`.
void encode_entries(std::string_view name, const Shape& shape, const void* value,
                    std::string& out) {
  if (shape.kind == ShapeKind::kList) {
    const TimestampFormat format =
        timestamp_format(nullptr, *shape.element, TimestampFormat::kIso8601);
    const std::size_t size = shape.list.size(value);
    for (std::size_t i = 0; i < size; ++i) {
      encode_element(name, {}, *shape.element, format, shape.list.at(value, i), out);
    }
    return;
  }
  struct State {
    std::string_view name;
    const Shape& shape;
    std::string& out;
  } state{name, shape, out};
  shape.map.for_each(value, &state, [](void* context, const std::string& key, const void* entry) {
    auto& to = *static_cast<State*>(context);
    encode_entry(to.name, to.shape, key, entry, to.out);
  });
}

void encode_element(std::string_view name, std::string_view xml_namespace, const Shape& shape,
                    TimestampFormat format, const void* value, std::string& out) {
  open(name, xml_namespace, shape, value, out);
  switch (shape.kind) {
    case ShapeKind::kStructure:
      encode_xml_members(shape, value, out);
      break;
    case ShapeKind::kList:
      encode_entries(shape.element_name, shape, value, out);
      break;
    case ShapeKind::kMap:
      encode_entries("entry", shape, value, out);
      break;
    case ShapeKind::kString:
      append_xml_text(*static_cast<const std::string*>(value), out);
      break;
    default:
      append_xml_text(scalar_to_text(shape, format, value), out);
  }
  close(name, out);
}

}  // namespace

bool decode_xml(std::string_view text, const Shape& shape, void* structure, Validator& validator) {
  pugi::xml_document document;
  const auto parsed =
      document.load_buffer(text.data(), text.size(),
                           pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed || !is_valid_utf8(text)) return false;
  const pugi::xml_node root = document.document_element();
  // The parser is lenient: it takes several roots, or none.
  for (const pugi::xml_node node : document.children()) {
    if (node.type() == pugi::node_element && node != root) return false;
  }
  if (!root) return false;
  return Decoder(validator).structure(root, shape, structure, Path{}, 0);
}

void encode_xml_members(const Shape& shape, const void* structure, std::string& out) {
  for (const Member& member : shape.members) {
    if (member.location != Location::kBody || member.has(MemberFlag::kXmlAttribute)) continue;
    const void* value = member.access.get(structure);
    if (value == nullptr) continue;
    const bool is_container =
        member.shape->kind == ShapeKind::kList || member.shape->kind == ShapeKind::kMap;
    if (is_container && member.has(MemberFlag::kFlattened)) {
      encode_entries(member.wire_name, *member.shape, value, out);
      continue;
    }
    encode_element(member.wire_name, member.xml_namespace, *member.shape,
                   timestamp_format(&member, *member.shape, TimestampFormat::kIso8601), value, out);
  }
}

void encode_xml_element(std::string_view name, std::string_view xml_namespace, const Shape& shape,
                        const void* value, std::string& out) {
  encode_element(name, xml_namespace, shape,
                 timestamp_format(nullptr, shape, TimestampFormat::kIso8601), value, out);
}

void append_xml_text(std::string_view text, std::string& out) {
  // XML has no way to write most control characters, U+FFFE and U+FFFF, escaped or not.
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  const bool valid = is_valid_utf8(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (const auto three = text.substr(i, 3);
        valid && (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF")) {
      out += kReplacement;
      i += 2;
      continue;
    }
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      default:
        if ((byte < 0x20 && c != '\n' && c != '\t') || (byte >= 0x80 && !valid)) {
          out += kReplacement;
        } else {
          out += c;
        }
    }
  }
}

void append_xml_element(std::string_view name, std::string_view text, std::string& out) {
  out += '<';
  out += name;
  out += '>';
  append_xml_text(text, out);
  close(name, out);
}

}  // namespace tunesmith::aws
