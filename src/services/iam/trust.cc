// SPDX-License-Identifier: Apache-2.0
#include "services/iam/trust.h"

#include "aws/identity/credential_source.h"
#include "base/json_text.h"
#include "base/log.h"
#include "base/strings.h"
#include "services/iam/convert.h"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace tunesmith::services::iam {
namespace {

namespace json = boost::json;
using store::PrincipalKind;

/// What stands for a principal's text; the text itself when nothing changes.
using Rewrite = std::function<aws::Outcome<std::string>(const std::string& principal)>;

constexpr std::string_view kUserIds = "AIDA", kRoleIds = "AROA";

bool is_account(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "arn:aws:iam::ACCOUNT:RESOURCE" and "arn:aws:sts::ACCOUNT:RESOURCE" in parts.
struct PrincipalArn {
  bool sts = false;
  std::string account;
  std::string resource;  // "user/path/name", "role/name", "assumed-role/name/session", "root"
};

std::optional<PrincipalArn> parse_arn(const std::string& text) {
  const auto parts = split(text, ':');
  if (parts.size() != 6 || parts[0] != "arn" || parts[1] != "aws" || !parts[3].empty() ||
      (parts[2] != "iam" && parts[2] != "sts") || !is_account(parts[4]))
    return std::nullopt;
  return PrincipalArn{parts[2] == "sts", std::string(parts[4]), std::string(parts[5])};
}

bool is_ours(const std::optional<PrincipalArn>& arn) {
  return arn && arn->account == aws::identity::kAccount;
}

std::string arn_of(const store::Principal& principal) {
  return fmt::format("arn:aws:iam::{}:{}{}{}", aws::identity::kAccount,
                     principal.kind == PrincipalKind::kUser ? "user" : "role", principal.path,
                     principal.name);
}

std::string session_arn_of(const store::Principal& role, std::string_view session) {
  return fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", aws::identity::kAccount, role.name,
                     session);
}

/// The id of the user or role of this account that an ARN names; empty without it.
Result<std::string> id_of(const store::Identities& identities, const PrincipalArn& arn,
                          const std::string& text) {
  const auto parts = split(arn.resource, '/');
  const bool session = arn.sts && parts.size() == 3 && parts[0] == "assumed-role";
  const bool user = !arn.sts && parts.size() >= 2 && parts[0] == "user";
  const bool role = !arn.sts && parts.size() >= 2 && parts[0] == "role";
  if (!session && !user && !role) return std::string();
  const auto found = identities.principal(user ? PrincipalKind::kUser : PrincipalKind::kRole,
                                          std::string(session ? parts[1] : parts.back()));
  if (!found && found.error().kind == ErrorKind::kNotFound) return std::string();
  if (!found) return found.error();
  if (!session) return arn_of(*found) == text ? found->id : std::string();
  if (session_arn_of(*found, parts[2]) != text) return std::string();
  return found->id + ":" + std::string(parts[2]);
}

/// The ARN of the user or role, or the role's session, that an id stands for; empty without it.
Result<std::string> arn_of_id(const store::Identities& identities, const std::string& text) {
  const bool user = text.starts_with(kUserIds);
  if (!user && !text.starts_with(kRoleIds)) return std::string();
  const auto colon = text.find(':');
  const auto found = identities.principal_with_id(
      user ? PrincipalKind::kUser : PrincipalKind::kRole, text.substr(0, colon));
  if (!found && found.error().kind == ErrorKind::kNotFound) return std::string();
  if (!found) return found.error();
  return colon == std::string::npos ? arn_of(*found)
                                    : session_arn_of(*found, text.substr(colon + 1));
}

aws::Outcome<std::string> kept_principal(const store::Identities& identities,
                                         const std::string& text) {
  const auto arn = parse_arn(text);
  const bool everybody_of =
      text == "*" || is_account(text) || (arn && !arn->sts && arn->resource == "root");
  if (everybody_of || (arn && !is_ours(arn))) return text;
  const auto known = arn ? id_of(identities, *arn, text) : arn_of_id(identities, text);
  if (!known) return to_api_error(known.error(), "");
  if (!known->empty()) return arn ? *known : text;
  return aws::ApiError{"MalformedPolicyDocument",
                       fmt::format("Invalid principal in policy: \"AWS\":\"{}\"", text), 400};
}

aws::Outcome<void> rewrite_names(json::value& names, const Rewrite& rewrite, bool& changed) {
  if (names.is_array()) {
    for (json::value& name : names.get_array())
      TUNESMITH_TRY_VOID(rewrite_names(name, rewrite, changed));
  } else if (names.is_string()) {
    const std::string before(names.get_string());
    TUNESMITH_TRY(const std::string after, rewrite(before));
    if (after == before) return {};
    names = json::string(after);
    changed = true;
  }
  return {};
}

aws::Outcome<void> rewrite_statement(json::value& statement, const Rewrite& rewrite,
                                     bool& changed) {
  if (!statement.is_object()) return {};
  for (const char* member : {"Principal", "NotPrincipal"}) {
    json::value* principals = statement.get_object().if_contains(member);
    if (principals == nullptr || !principals->is_object()) continue;
    if (json::value* names = principals->get_object().if_contains("AWS"))
      TUNESMITH_TRY_VOID(rewrite_names(*names, rewrite, changed));
  }
  return {};
}

/// `document` with each principal of type AWS rewritten: the very same text when none changes.
aws::Outcome<std::string> rewrite_principals(const std::string& document, const Rewrite& rewrite) {
  auto parsed = parse_json(document);
  if (!parsed || !parsed->is_object()) return document;
  json::value* statements = parsed->get_object().if_contains("Statement");
  bool changed = false;
  if (statements != nullptr && statements->is_array()) {
    for (json::value& statement : statements->get_array())
      TUNESMITH_TRY_VOID(rewrite_statement(statement, rewrite, changed));
  } else if (statements != nullptr) {
    TUNESMITH_TRY_VOID(rewrite_statement(*statements, rewrite, changed));
  }
  return changed ? json_text(*parsed) : document;
}

}  // namespace

aws::Outcome<std::string> kept_trust(const store::Identities& identities,
                                     const std::string& document) {
  return rewrite_principals(
      document, [&](const std::string& text) { return kept_principal(identities, text); });
}

aws::Outcome<std::string> shown_trust(const store::Identities& identities,
                                      const std::string& kept) {
  return rewrite_principals(kept, [&](const std::string& text) -> aws::Outcome<std::string> {
    auto arn = arn_of_id(identities, text);
    if (!arn) return to_api_error(arn.error(), "");
    return arn->empty() ? text : std::move(*arn);
  });
}

Result<void> pin_old_trust(store::Identities& identities) {
  TUNESMITH_TRY(auto roles, identities.principals(PrincipalKind::kRole));
  for (store::Principal& role : roles) {
    const auto pin = [&](const std::string& text) -> aws::Outcome<std::string> {
      const auto arn = parse_arn(text);
      if (!is_ours(arn)) return text;
      auto kept = kept_principal(identities, text);
      if (kept || kept.error().status >= 500) return kept;
      log::warning("role {} trusts {}, who is not there: nobody is trusted in that name", role.name,
                   text);
      return new_id(arn->resource.starts_with("user/") ? kUserIds : kRoleIds);
    };
    auto kept = rewrite_principals(role.trust_policy, pin);
    if (!kept) return Error(ErrorKind::kInternal, kept.error().message);
    if (*kept == role.trust_policy) continue;
    role.trust_policy = std::move(*kept);
    TUNESMITH_TRY_VOID(identities.update(role));
  }
  return {};
}

}  // namespace tunesmith::services::iam
