// SPDX-License-Identifier: Apache-2.0
#include "aws/identity/credential_file.h"
#include "services/iam/convert.h"

#include <fmt/core.h>

namespace tunesmith::services::iam {
namespace {

using store::PrincipalKind;

constexpr std::string_view kActive = "Active";
constexpr std::string_view kInactive = "Inactive";

std::string key_text(const std::string& id) { return "The Access Key with id " + id; }

Outcome<api::CreateAccessKeyResponse> create_access_key(Service& service,
                                                        const RequestContext& context,
                                                        const api::CreateAccessKeyRequest& input) {
  TUNESMITH_TRY(const std::string name, user_or_self(context, input.user_name));
  TUNESMITH_TRY(const store::Principal user, find(service, PrincipalKind::kUser, name));
  store::AccessKey key;
  key.id = aws::identity::new_access_key_id("AKIA");
  key.user = user.name;
  key.created = service.clock.now();
  if (const auto written = service.identities.insert(key, kMaxAccessKeys); !written)
    return to_api_error(written.error(), describe(PrincipalKind::kUser, name));
  service.changed();
  api::CreateAccessKeyResponse out;
  out.access_key.user_name = key.user;
  out.access_key.access_key_id = key.id;
  out.access_key.status = kActive;
  out.access_key.secret_access_key = service.keys.secret_of(key.id);
  out.access_key.create_date = key.created;
  return out;
}

Outcome<api::ListAccessKeysResponse> list_access_keys(Service& service,
                                                      const RequestContext& context,
                                                      const api::ListAccessKeysRequest& input) {
  TUNESMITH_TRY(const std::string name, user_or_self(context, input.user_name));
  auto keys = service.identities.access_keys(name);
  if (!keys) return to_api_error(keys.error(), describe(PrincipalKind::kUser, name));
  api::ListAccessKeysResponse out;
  // Oldest first.
  TUNESMITH_TRY(const auto shown, page(std::move(*keys), input, out, [](const auto& item) {
                  return fmt::format("{:020} {}", to_millis(item.created), item.id);
                }));
  for (const store::AccessKey& key : shown) {
    api::AccessKeyMetadata& row = out.access_key_metadata.emplace_back();
    row.user_name = key.user;
    row.access_key_id = key.id;
    row.status = key.active ? kActive : kInactive;
    row.create_date = key.created;
  }
  return out;
}

Outcome<aws::NoOutput> update_access_key(Service& service, const RequestContext& context,
                                         const api::UpdateAccessKeyRequest& input) {
  TUNESMITH_TRY(const std::string name, user_or_self(context, input.user_name));
  if (input.status != kActive && input.status != kInactive)
    return aws::ApiError{"ValidationError", "Status must be Active or Inactive.", 400};
  const auto written =
      service.identities.set_active(name, input.access_key_id, input.status == kActive);
  if (!written) return to_api_error(written.error(), key_text(input.access_key_id));
  service.changed();
  return aws::NoOutput{};
}

Outcome<aws::NoOutput> delete_access_key(Service& service, const RequestContext& context,
                                         const api::DeleteAccessKeyRequest& input) {
  TUNESMITH_TRY(const std::string name, user_or_self(context, input.user_name));
  const auto erased = service.identities.erase_access_key(name, input.access_key_id);
  if (!erased) return to_api_error(erased.error(), key_text(input.access_key_id));
  service.changed();
  return aws::NoOutput{};
}

}  // namespace

void add_access_keys(aws::OperationTable& table, Service& service) {
  add<api::CreateAccessKey>(table, service, create_access_key);
  add<api::DeleteAccessKey>(table, service, delete_access_key);
  add<api::ListAccessKeys>(table, service, list_access_keys);
  add<api::UpdateAccessKey>(table, service, update_access_key);
}

}  // namespace tunesmith::services::iam
