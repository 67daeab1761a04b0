// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith user`: users and their keys, by the server's IAM operations. What needs more than
// this, the AWS CLI does.
#include "base/files.h"
#include "base/json_text.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/server_client.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/core.h>
#include <pugixml.hpp>

#include <memory>
#include <vector>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string data_dir, name, key_id, policy_file;
  std::vector<std::string> policies;
  bool json = false;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

Result<pugi::xml_document> ask(ServerClient& server, const std::string& action,
                               const Parameters& parameters) {
  TUNESMITH_TRY(const std::string text, server.iam(action, parameters));
  pugi::xml_document answer;
  if (!answer.load_string(text.c_str()))
    return Error(ErrorKind::kCorrupt, action + ": the answer is no XML");
  return answer;
}

/// The elements of a list, page by page.
Result<std::vector<pugi::xml_document>> ask_all(ServerClient& server, const std::string& action,
                                                Parameters parameters) {
  std::vector<pugi::xml_document> pages;
  for (;;) {
    TUNESMITH_TRY(auto page, ask(server, action, parameters));
    const std::string marker = page.select_node("//Marker").node().text().get();
    pages.push_back(std::move(page));
    if (marker.empty()) return pages;
    std::erase_if(parameters, [](const auto& parameter) { return parameter.first == "Marker"; });
    parameters.emplace_back("Marker", marker);
  }
}

/// "AdministratorAccess" stands for AWS's policy of that name.
std::string policy_arn(const std::string& name) {
  return name.starts_with("arn:") ? name : "arn:aws:iam::aws:policy/" + name;
}

Result<void> print_new_key(ServerClient& server, const Options& options) {
  const std::string& user = options.name;
  TUNESMITH_TRY(const auto answer, ask(server, "CreateAccessKey", {{"UserName", user}}));
  const auto text = [&](const char* element) {
    return answer.select_node((std::string("//AccessKey/") + element).c_str()).node().text().get();
  };
  if (options.json) {
    fmt::print("{}\n", json_text(json::object{{"user", user},
                                              {"access_key_id", text("AccessKeyId")},
                                              {"secret_access_key", text("SecretAccessKey")},
                                              {"endpoint_url", server.url()}}));
    return {};
  }
  fmt::print(
      "# A key of {}; the secret is shown this once.\n"
      "export AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\nexport AWS_ENDPOINT_URL={}\n",
      user, text("AccessKeyId"), text("SecretAccessKey"), server.url());
  return {};
}

Result<void> remove_user(ServerClient& server, const Options& options) {
  const std::pair<std::string, std::string> user{"UserName", options.name};
  struct Part {
    const char *list, *elements, *remove, *parameter;
  };
  for (const Part& part :
       {Part{"ListAccessKeys", "//AccessKeyId", "DeleteAccessKey", "AccessKeyId"},
        Part{"ListAttachedUserPolicies", "//PolicyArn", "DetachUserPolicy", "PolicyArn"},
        Part{"ListUserPolicies", "//PolicyNames/member", "DeleteUserPolicy", "PolicyName"},
        Part{"ListGroupsForUser", "//GroupName", "RemoveUserFromGroup", "GroupName"}}) {
    TUNESMITH_TRY(const auto pages, ask_all(server, part.list, {user}));
    for (const auto& page : pages) {
      for (const auto& element : page.select_nodes(part.elements)) {
        TUNESMITH_TRY_VOID(
            ask(server, part.remove, {user, {part.parameter, element.node().text().get()}}));
      }
    }
  }
  TUNESMITH_TRY_VOID(ask(server, "DeleteUser", {user}));
  return {};
}

/// Gives a new user its policies and a key.
Result<void> equip_user(ServerClient& server, const Options& options, const std::string& document) {
  for (const std::string& policy : options.policies) {
    TUNESMITH_TRY_VOID(ask(server, "AttachUserPolicy",
                           {{"UserName", options.name}, {"PolicyArn", policy_arn(policy)}}));
  }
  if (!document.empty()) {
    TUNESMITH_TRY_VOID(ask(
        server, "PutUserPolicy",
        {{"UserName", options.name}, {"PolicyName", "user-add"}, {"PolicyDocument", document}}));
  }
  return print_new_key(server, options);
}

Result<void> add_user(ServerClient& server, const Options& options) {
  std::string document;
  if (!options.policy_file.empty()) {
    TUNESMITH_TRY(document, read_file(options.policy_file, 64U << 10U));
  }
  TUNESMITH_TRY_VOID(ask(server, "CreateUser", {{"UserName", options.name}}));
  auto equipped = equip_user(server, options, document);
  if (equipped) return {};
  // Half a user would stand in the way of the next attempt.
  if (const auto removed = remove_user(server, options); !removed) {
    return Error(equipped.error().kind, equipped.error().message + "; the user " + options.name +
                                            " is left behind: " + removed.error().message);
  }
  return equipped;
}

std::string joined(const json::array& list, const char* none) {
  std::string out;
  for (const auto& item : list) out += (out.empty() ? "" : ", ") + std::string(item.as_string());
  return out.empty() ? none : out;
}

Result<void> list_users(ServerClient& server, const Options& options) {
  json::array users;
  TUNESMITH_TRY(const auto pages, ask_all(server, "ListUsers", {}));
  for (const auto& page : pages) {
    for (const auto& user : page.select_nodes("//Users/member/UserName")) {
      const std::string name = user.node().text().get();
      json::array keys, policies;
      TUNESMITH_TRY(const auto key_pages, ask_all(server, "ListAccessKeys", {{"UserName", name}}));
      for (const auto& key_page : key_pages) {
        for (const auto& key : key_page.select_nodes("//AccessKeyMetadata/member")) {
          const std::string status = key.node().child_value("Status");
          keys.emplace_back(key.node().child_value("AccessKeyId") +
                            std::string(status == "Active" ? "" : " (off)"));
        }
      }
      TUNESMITH_TRY(const auto attached,
                    ask_all(server, "ListAttachedUserPolicies", {{"UserName", name}}));
      for (const auto& policy_page : attached) {
        for (const auto& policy : policy_page.select_nodes("//PolicyName"))
          policies.emplace_back(policy.node().text().get());
      }
      TUNESMITH_TRY(const auto own, ask_all(server, "ListUserPolicies", {{"UserName", name}}));
      for (const auto& policy_page : own) {
        for (const auto& policy : policy_page.select_nodes("//PolicyNames/member"))
          policies.emplace_back(policy.node().text().get());
      }
      if (!options.json) {
        fmt::print("{}\n  keys      {}\n  policies  {}\n", name, joined(keys, "none"),
                   joined(policies, "none: may do nothing"));
      }
      users.push_back(
          {{"name", name}, {"keys", std::move(keys)}, {"policies", std::move(policies)}});
    }
  }
  if (options.json) fmt::print("{}\n", json_text(users));
  return {};
}

/// With its keys, policies and memberships, which IAM wants gone before.
Result<void> add_key(ServerClient& server, const Options& options) {
  return print_new_key(server, options);
}

Result<void> remove_key(ServerClient& server, const Options& options) {
  TUNESMITH_TRY_VOID(ask(server, "DeleteAccessKey",
                         {{"UserName", options.name}, {"AccessKeyId", options.key_id}}));
  return {};
}

using Task = Result<void> (*)(ServerClient&, const Options&);

int run(const Options& options, Task task) {
  auto server = ServerClient::connect(options.data_dir, false);
  if (!server) return fail(server.error().message);
  const auto done = task(**server, options);
  // What removes has nothing to tell; a program may read something all the same.
  if (done && options.json && (task == remove_user || task == remove_key)) fmt::print("{{}}\n");
  return done ? 0 : fail(done.error().message);
}

}  // namespace

void add_user(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("user", "Who else may use the server, and for what");
  command->require_subcommand(1);
  const auto add = [&](CLI::App& parent, const char* name, const char* help, Task task) {
    CLI::App* sub = parent.add_subcommand(name, help);
    add_data_dir(*sub, options->data_dir);
    sub->add_flag("--json", options->json, "Print JSON");
    sub->callback(
        [options, task, &action] { action = [options, task] { return run(*options, task); }; });
    return sub;
  };
  const auto named = [&](CLI::App* sub) {
    sub->add_option("name", options->name, "Name of the user")->required();
    return sub;
  };

  CLI::App* made = named(add(*command, "add", "Make a user and a key", add_user));
  made->add_option("--policy", options->policies,
                   "A policy to attach: its ARN, or the name of one of AWS's (AdministratorAccess, "
                   "AmazonSageMakerFullAccess, ReadOnlyAccess, ...)");
  made->add_option("--policy-file", options->policy_file, "A policy document for this user alone");
  add(*command, "list", "Users, their keys and policies", list_users);
  named(add(*command, "remove", "Delete a user with keys and policies", remove_user));
  named(add(*command, "add-key", "Make another key; there can be two", add_key));
  named(add(*command, "remove-key", "Delete a key", remove_key))
      ->add_option("key", options->key_id, "Id of the key")
      ->required();
}

}  // namespace tunesmith::cli
