// SPDX-License-Identifier: Apache-2.0
//
// The command line as a client of the server: finds it by its data directory (or starts one for as
// long as the command runs), signs requests with its first key, and speaks SageMaker's JSON,
// IAM's forms and plain S3 puts. One thread.
#pragma once

#include "app/client_files.h"
#include "app/data_directory.h"
#include "base/result.h"
#include "http/client.h"

#include <boost/json/value.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tunesmith::cli {

class ServerClient {
 public:
  /// Connects to the server of the data directory. When none runs: starts one that ends with this
  /// object, if `may_start`, else kNotFound.
  static Result<std::unique_ptr<ServerClient>> connect(const std::filesystem::path& data_dir,
                                                       bool may_start);
  ~ServerClient();
  ServerClient(const ServerClient&) = delete;
  ServerClient& operator=(const ServerClient&) = delete;

  /// A SageMaker operation. The error's message is the service's "Code: message".
  Result<boost::json::value> sagemaker(const std::string& operation,
                                       const boost::json::value& input);
  /// The whole list of an operation that pages: all entries of its member `list`.
  Result<boost::json::array> sagemaker_list(const std::string& operation, boost::json::object input,
                                            const std::string& list);
  /// An IAM operation; the answer is its XML. The error's message is the service's "Code: message".
  Result<std::string> iam(const std::string& action,
                          const std::vector<std::pair<std::string, std::string>>& parameters);
  Result<void> create_bucket(const std::string& bucket);
  Result<void> put_file(const std::string& bucket, const std::string& key,
                        const std::filesystem::path& file);

  /// "http://127.0.0.1:41234"
  const std::string& url() const { return url_; }
  bool started_server() const { return server_pid_ > 0; }

 private:
  explicit ServerClient(const std::filesystem::path& data_dir) : directory_(data_dir) {}
  Result<void> find();
  bool is_up();
  Result<void> start_server();
  Result<http::ClientResponse> send(http::ClientRequest request, const std::string& service,
                                    const std::string& payload_hash);

  app::DataDirectory directory_;
  std::string url_, host_, access_key_id_, secret_access_key_;
  std::unique_ptr<http::Client> client_;
  int server_pid_ = 0;
};

}  // namespace tunesmith::cli
