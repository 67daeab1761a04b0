// SPDX-License-Identifier: Apache-2.0
//
// Buckets and objects for the console: browse, look into, download, upload, delete. The caller has
// checked the session. Thread safe.
#pragma once

#include "http/message.h"
#include "objects/object_store.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tunesmith::console {

class ObjectsApi {
 public:
  /// Why an operation of S3 ("PutObject") is not taken on now; nothing: it is.
  using Refusal = std::function<std::optional<std::string>(std::string_view operation)>;

  /// `store` outlives this; `refusal` may be empty.
  explicit ObjectsApi(objects::ObjectStore& store, Refusal refusal = {})
      : store_(store), refusal_(std::move(refusal)) {}

  /// Answers an address under "objects": `path` is decoded and begins with that word.
  http::Response handle(http::Request& request, const std::vector<std::string>& path);

 private:
  http::Response buckets() const;
  http::Response list(const http::Request& request, const std::string& bucket) const;
  http::Response preview(const std::string& bucket, const std::string& key) const;
  http::Response download(const std::string& bucket, const std::string& key) const;
  http::Response upload(http::Request& request, const std::string& bucket, const std::string& key);

  objects::ObjectStore& store_;
  const Refusal refusal_;
};

}  // namespace tunesmith::console
