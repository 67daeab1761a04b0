// SPDX-License-Identifier: Apache-2.0
#include "console/objects_api.h"

#include "base/json_text.h"
#include "base/utf8.h"
#include "console/responses.h"
#include "training/job_log.h"

#include <boost/json.hpp>

#include <algorithm>
#include <limits>

namespace tunesmith::console {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostBuckets = 1000;
constexpr std::size_t kPage = 200;
constexpr std::size_t kPreview = 64U << 10U;

json::string text(std::string_view value) { return json::string(to_valid_utf8(value)); }

/// An object's bytes as a response's body.
class ContentReader final : public http::BodyReader {
 public:
  explicit ContentReader(std::unique_ptr<objects::ByteSource> source)
      : source_(std::move(source)) {}
  Result<std::size_t> read(std::span<char> into) override { return source_->read(into); }

 private:
  std::unique_ptr<objects::ByteSource> source_;
};

/// A request's body as what the object store takes in.
class BodySource final : public objects::ByteSource {
 public:
  explicit BodySource(http::BodyReader& body) : body_(body) {}
  Result<std::size_t> read(std::span<char> into) override { return body_.read(into); }

 private:
  http::BodyReader& body_;
};

http::Response no_such_address() {
  return error_response(404, "not_found", "the console has no such address");
}

http::Response refused(const Error& error) {
  if (error.kind != ErrorKind::kLimitExceeded) return error_response(error);
  // A key or content that is too long; what has no name of its own is a full disk.
  if (!error.reason.empty()) return error_response(400, "invalid", error.message);
  return error_response(507, "no_room", error.message);
}

}  // namespace

http::Response ObjectsApi::handle(http::Request& request, const std::vector<std::string>& path) {
  const std::string& method = request.method;
  if (path.size() == 1 && method == "GET") return buckets();
  if (path.size() == 2 && method == "GET") return list(request, path[1]);
  if (path.size() != 3) return no_such_address();
  if (method == "GET") {
    return query_parameter(request, "preview") ? preview(path[1], path[2])
                                               : download(path[1], path[2]);
  }
  if (method != "PUT" && method != "DELETE") return no_such_address();
  if (refusal_) {
    const auto why = refusal_(method == "PUT" ? "PutObject" : "DeleteObject");
    if (why) return error_response(507, "no_room", *why);
  }
  if (method == "PUT") return upload(request, path[1], path[2]);
  const auto removed = store_.remove(path[1], path[2]);
  return removed ? json_response("{}") : refused(removed.error());
}

http::Response ObjectsApi::buckets() const {
  const auto rows = store_.list_buckets("", "", kMostBuckets);
  if (!rows) return refused(rows.error());
  json::array list;
  for (const auto& bucket : *rows) {
    list.push_back({{"name", text(bucket.name)},
                    {"region", text(bucket.region)},
                    {"created", to_millis(bucket.created)}});
  }
  return json_response(json_text(json::object{{"buckets", std::move(list)}}));
}

http::Response ObjectsApi::list(const http::Request& request, const std::string& bucket) const {
  store::ListQuery query;
  query.prefix = query_parameter(request, "prefix").value_or("");
  query.delimiter = "/";
  query.after = query_parameter(request, "after").value_or("");
  query.after_is_group = query.after.ends_with('/');
  query.limit = kPage;
  const auto page = store_.list(bucket, query);
  if (!page) return refused(page.error());
  json::array folders;
  for (const auto& group : page->groups) folders.push_back(text(group));
  json::array rows;
  for (const auto& object : page->objects) {
    rows.push_back({{"key", text(object.key)},
                    {"size", object.size},
                    {"modified", to_millis(object.modified)}});
  }
  return json_response(json_text(json::object{
      {"folders", std::move(folders)},
      {"objects", std::move(rows)},
      {"next", page->truncated ? json::value(text(page->last)) : json::value(nullptr)}}));
}

http::Response ObjectsApi::preview(const std::string& bucket, const std::string& key) const {
  const auto object = store_.get(bucket, key);
  if (!object) return refused(object.error());
  const std::uint64_t size = (*object)->info().size;
  const std::uint64_t length = std::min<std::uint64_t>(size, kPreview);
  auto content = (*object)->open(0, length);
  if (!content) return refused(content.error());
  ContentReader reader(objects::as_source(std::move(*content)));
  const auto bytes = http::read_all(reader, kPreview, length);
  if (!bytes) return refused(bytes.error());
  // A cut in the middle of a character is no reason to call text binary.
  std::string_view head = *bytes;
  for (int cut = 0; cut < 3 && !head.empty() && !is_valid_utf8(head); ++cut) head.remove_suffix(1);
  const bool is_text = is_valid_utf8(head) && head.find('\0') == std::string_view::npos;
  json::object document{{"size", size},
                        {"whole", length == size},
                        {"etag", text((*object)->info().etag)},
                        {"content_type", text((*object)->info().attributes.content_type)},
                        {"modified", to_millis((*object)->info().modified)}};
  document["text"] = is_text ? json::value(json::string(head)) : json::value(nullptr);
  return json_response(json_text(document));
}

http::Response ObjectsApi::download(const std::string& bucket, const std::string& key) const {
  const auto object = store_.get(bucket, key);
  if (!object) return refused(object.error());
  auto content = (*object)->open();
  if (!content) return refused(content.error());
  http::Response response;
  // Whatever somebody stored is never shown as a page of this origin.
  response.headers.set("Content-Type", "application/octet-stream");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Content-Disposition", attachment(key.substr(key.rfind('/') + 1)));
  add_security_headers(response, "default-src 'none'; sandbox; frame-ancestors 'none'");
  response.content_length = (*object)->info().size;
  response.body = std::make_unique<ContentReader>(objects::as_source(std::move(*content)));
  return response;
}

http::Response ObjectsApi::upload(http::Request& request, const std::string& bucket,
                                  const std::string& key) {
  const auto known = store_.head_bucket(bucket);
  if (!known) return refused(known.error());
  BodySource source(*request.body);
  auto staged =
      store_.stage(source, {objects::ChecksumAlgorithm::kCrc64Nvme}, request.content_length);
  if (!staged) return refused(staged.error());
  objects::PutRequest put;
  put.attributes.content_type = request.headers.get_or("content-type", "");
  put.checksum = objects::ChecksumAlgorithm::kCrc64Nvme;
  const auto info = store_.put(bucket, key, std::move(*staged), put);
  if (!info) return refused(info.error());
  return json_response(json_text(json::object{{"size", info->size}, {"etag", text(info->etag)}}));
}

}  // namespace tunesmith::console
