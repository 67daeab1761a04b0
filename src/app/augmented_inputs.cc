// SPDX-License-Identifier: Apache-2.0
//
// Augmented manifests: JSON Lines whose attributes, or the objects that they refer to, are what a
// channel streams.
#include "app/object_content.h"
#include "app/object_inputs.h"
#include "base/digest.h"
#include "base/strings.h"
#include "training/manifest_line.h"

namespace tunesmith::app {
namespace {

constexpr std::uint64_t kMostLines = 1000000;
constexpr std::uint64_t kMostReferences = 100000;
constexpr std::uint64_t kFrameBytes = 16;  // of a RecordIO record, about

}  // namespace

/// Every `count`th line of a manifest, from number `index` on.
struct ObjectInputs::Part {
  const training::InputChannel& channel;
  const objects::OpenObject& manifest;
  const std::string& acting_role;
  std::uint64_t index = 0, count = 1;
};

struct ObjectInputs::PartFacts {
  std::string identity;     // equal only for an equal stream
  std::uint64_t bytes = 0;  // of the stream, about
  std::uint64_t lines = 0;  // of the whole manifest
  std::uint64_t references = 0;
};

Result<ObjectInputs::PartFacts> ObjectInputs::read_part(const Part& part,
                                                        training::ChannelStream* to) const {
  const auto& names = part.channel.attribute_names;
  Hasher identity(DigestAlgorithm::kSha256);
  const auto add = [&](std::string_view text) {
    identity.update(std::to_string(text.size()) + ":");
    identity.update(text);
  };
  for (const std::string& name : names) add(name);
  for (const std::string& text :
       {part.channel.record_wrapper, part.channel.compression, std::to_string(part.index),
        std::to_string(part.count), part.manifest.info().version}) {
    add(text);
  }
  PartFacts facts;

  const auto take_value = [&](const std::string& name, const std::string& value) -> Result<void> {
    facts.bytes += kFrameBytes;
    if (!training::is_reference(name)) {
      facts.bytes += value.size();
      return to == nullptr ? Result<void>() : to->append(value);
    }
    if (++facts.references > kMostReferences) {
      return Error(ErrorKind::kInvalid, "refers to more than " + std::to_string(kMostReferences) +
                                            " objects with the lines before it");
    }
    TUNESMITH_TRY(const auto uri, objects::parse_s3_uri(value));
    TUNESMITH_TRY(const auto object, open(uri, part.acting_role));
    add(object->info().version);
    facts.bytes += object->info().size;
    if (to == nullptr) return {};
    return read_plain_content(*object, part.channel.compression == "Gzip",
                              [&](std::string_view bytes) { return to->append(bytes); });
  };
  const auto take_line = [&](const std::string& line) -> Result<void> {
    TUNESMITH_TRY(const auto values, training::attribute_values(line, names));
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (to != nullptr) TUNESMITH_TRY_VOID(to->begin_value());
      if (const auto taken = take_value(names[i], values[i]); !taken) {
        return taken.error().with_context("attribute '" + names[i] + "'");
      }
      if (to != nullptr) TUNESMITH_TRY_VOID(to->end_value());
    }
    return {};
  };

  TUNESMITH_TRY(auto lines, ObjectLines::open(part.manifest, training::kLongestManifestLine));
  std::string line;
  for (std::uint64_t number = 1;; ++number) {
    auto more = lines.next(line);
    if (more && !*more) break;
    Result<void> taken = more ? Result<void>() : Result<void>(more.error());
    if (more && !trim(line).empty()) {
      if (facts.lines == kMostLines) {
        taken = Error(ErrorKind::kInvalid,
                      "is one more than the most that are read, " + std::to_string(kMostLines));
      } else if (facts.lines % part.count == part.index) {
        taken = take_line(line);
      }
      ++facts.lines;
    }
    if (taken) continue;
    Error error = taken.error().with_context("line " + std::to_string(number));
    // The manifest is there: what it names is not, or is none of its kind.
    if (error.kind == ErrorKind::kNotFound) error.kind = ErrorKind::kInvalid;
    return error;
  }
  facts.identity = to_hex(identity.finish()).substr(0, 40);
  return facts;
}

Result<std::vector<training::ChannelFile>> ObjectInputs::streamed_files(
    const training::InputChannel& channel, const objects::S3Uri& manifest,
    const std::string& acting_role) {
  TUNESMITH_TRY(const auto object, open(manifest, acting_role));
  const auto told = [&](const Error& error) {
    return error.with_context("manifest " + channel.s3_uri);
  };
  Part part{channel, *object, acting_role};
  part.count = static_cast<std::uint64_t>(channel.shards);
  std::vector<training::ChannelFile> files;
  for (;; ++part.index) {
    const auto facts = read_part(part, nullptr);
    if (!facts) return told(facts.error());
    if (facts->lines == 0) return Error(ErrorKind::kNotFound, "no lines in " + channel.s3_uri);
    auto path = joined_.find(facts->identity);
    if (!path) {
      TUNESMITH_TRY(const std::uint64_t room, joined_.room());
      if (facts->bytes > room) {
        return told(
            {ErrorKind::kLimitExceeded,
             "its stream is longer than the " + std::to_string(room) + " bytes that have room"});
      }
      auto made = joined_.keep(facts->identity, [&](int fd) -> Result<void> {
        training::ChannelStream stream(fd, channel.record_wrapper == "RecordIO", room);
        TUNESMITH_TRY(const auto written, read_part(part, &stream));
        // An object was replaced meanwhile.
        if (written.identity != facts->identity) {
          return Error(ErrorKind::kUnavailable, "its objects change");
        }
        return stream.flush();
      });
      if (!made) return told(made.error());
      path = std::move(*made);
    }
    std::error_code ec;
    const auto size = std::filesystem::file_size(*path, ec);
    if (ec) return Error::from_errno(ec.value(), "size of " + path->string());
    // As the container finds its pipes.
    files.push_back(
        {channel.name + "_" + std::to_string(part.index), path->string(), size, facts->identity});
    if (part.index + 1 == std::min(part.count, facts->lines)) return files;
  }
}

}  // namespace tunesmith::app
