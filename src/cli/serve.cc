// SPDX-License-Identifier: Apache-2.0
#include "app/application.h"
#include "app/data_directory.h"
#include "base/log.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "http/connect_target.h"

#include <CLI/CLI.hpp>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tunesmith::cli {
namespace {

constexpr unsigned kMaxDays = 36'500;

struct Options {
  std::string data_dir;
  std::string listen = "127.0.0.1:0";
  std::string upstream_proxy;
  std::uint64_t disk_reserve = std::uint64_t{512} << 20U;
  std::vector<std::string> limits;  // "NAME=VALUE"
  bool tls = false;
  std::string tls_certificate, tls_key;
  std::vector<std::string> tls_names;
  bool insecure = false;
  unsigned keep_jobs_days = 0, keep_trial_models_days = 0, keep_job_models_days = 0;
  bool audit_reads = false;
  bool verbose = false;
};

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

int run(const Options& options) {
  app::ServeOptions serve;
  serve.data_dir = options.data_dir;
  if (!options.upstream_proxy.empty() && !http::parse_upstream(options.upstream_proxy)) {
    // The value is not shown: it may hold a password.
    std::fprintf(stderr,
                 "tunesmith: --upstream-proxy takes http://[USER:PASSWORD@]HOST:PORT and no other "
                 "kind of proxy\n");
    return 2;
  }
  serve.upstream_proxy = options.upstream_proxy;
  serve.reserve_bytes = options.disk_reserve;
  serve.version = TUNESMITH_VERSION;
  serve.keep.keep_jobs = std::chrono::days(options.keep_jobs_days);
  serve.keep.artifacts.keep_trials = std::chrono::days(options.keep_trial_models_days);
  serve.keep.artifacts.keep_jobs = std::chrono::days(options.keep_job_models_days);
  serve.audit_reads = options.audit_reads;
  for (const std::string& limit : options.limits) {
    const auto equals = limit.find('=');
    const auto value =
        equals == std::string::npos ? std::nullopt : parse_int(limit.substr(equals + 1));
    const auto set =
        value ? services::sagemaker::set_limit(serve.limits, limit.substr(0, equals), *value)
              : Result<void>(Error(ErrorKind::kInvalid, "--limit takes NAME=VALUE, not " + limit));
    if (!set) {
      std::fprintf(stderr, "tunesmith: %s\n", set.error().message.c_str());
      return 2;
    }
  }
  const auto colon = options.listen.rfind(':');
  const auto port =
      colon == std::string::npos ? std::nullopt : parse_int(options.listen.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) {
    std::fprintf(stderr, "tunesmith: --listen takes HOST:PORT, not '%s'\n", options.listen.c_str());
    return 2;
  }
  serve.host = options.listen.substr(0, colon);
  if (serve.host.starts_with('[') && serve.host.ends_with(']'))
    serve.host = serve.host.substr(1, serve.host.size() - 2);
  serve.port = static_cast<std::uint16_t>(*port);
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    std::fprintf(stderr, "tunesmith: --tls-cert and --tls-key go together\n");
    return 2;
  }
  serve.tls_certificate = options.tls_certificate;
  serve.tls_key = options.tls_key;
  serve.tls_names = options.tls_names;
  serve.tls = options.tls || !options.tls_certificate.empty() || !options.tls_names.empty();
  if (!is_loopback(serve.host) && !serve.tls && !options.insecure) {
    std::fprintf(stderr,
                 "tunesmith: '%s' can be reached from other machines, and what is sent there is "
                 "not encrypted. Say --tls (or --tls-cert and --tls-key); or --insecure-listen if "
                 "that is what you want.\n",
                 serve.host.c_str());
    return 2;
  }
  std::error_code ec;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ec);
  if (ec) return fail("find my own program: " + ec.message());
  serve.program_folder = self.parent_path();
  if (options.verbose) log::set_level(log::Level::kDebug);

  // What the server keeps is its owner's alone.
  ::umask(077);
  // Blocked before any thread starts, so that only sigwait below sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  auto application = app::Application::start(serve);
  if (!application) return fail(application.error().message);
  if (serve.tls)
    std::printf("listening on https://%s\n", (*application)->public_endpoint().c_str());
  std::printf("listening on http://%s\n", (*application)->endpoint().c_str());
  std::fflush(stdout);
  int received = 0;
  sigwait(&signals, &received);
  log::info("stopping on signal {}; running jobs go on", received);
  (*application)->stop();
  return 0;
}

}  // namespace

void add_data_dir(CLI::App& command, std::string& data_dir) {
  data_dir = app::DataDirectory::default_path().string();
  command.add_option("--data-dir", data_dir, "Folder that holds everything of one server")
      ->capture_default_str();
}

int fail(const std::string& message) {
  std::fprintf(stderr, "tunesmith: %s\n", message.c_str());
  return 1;
}

void add_serve(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("serve", "Run the server until SIGTERM");
  add_data_dir(*command, options->data_dir);
  command
      ->add_option("--listen", options->listen,
                   "HOST:PORT; port 0: any free one, kept over restarts")
      ->capture_default_str();
  command
      ->add_option("--upstream-proxy", options->upstream_proxy,
                   "http://[USER:PASSWORD@]HOST:PORT to reach the hosts that are not AWS's through")
      ->envname("TUNESMITH_UPSTREAM_PROXY");
  command->add_flag("--tls", options->tls,
                    "Speak TLS at --listen, with a certificate of the server's own; this machine "
                    "gets a plain loopback address beside it");
  command->add_option("--tls-cert", options->tls_certificate,
                      "PEM file: speak TLS with this certificate (and its chain)");
  command->add_option("--tls-key", options->tls_key, "PEM file: its private key");
  command->add_option(
      "--tls-name", options->tls_names,
      "A name or address that clients use, for the server's own certificate; may be "
      "repeated, the first is the one that is shown");
  command->add_flag("--insecure-listen", options->insecure,
                    "Allow an address that other machines can reach, without encryption");
  command
      ->add_option("--disk-reserve", options->disk_reserve,
                   "Refuse new work while less than this is free on the data directory's disk "
                   "(500MB, 2GiB, ...; 0: never)")
      ->transform(CLI::AsSizeValue(false))
      ->default_str("512MiB");
  command->add_option("--limit", options->limits,
                      "NAME=VALUE, repeatable: a limit of the service instead of AWS's own (" +
                          services::sagemaker::describe_limits() + ")");
  command
      ->add_option("--keep-job-logs", options->keep_jobs_days,
                   "Days after which the log and the folder of an ended training job are removed; "
                   "0: never. Models are objects and stay")
      ->check(CLI::Range(0U, kMaxDays))
      ->capture_default_str();
  command
      ->add_option("--keep-trial-models", options->keep_trial_models_days,
                   "Days after the end of a tuning job after which the output (model.tar.gz, "
                   "output.tar.gz) of its trials is deleted, except the best trial's and what a "
                   "model, an endpoint or an unfinished job uses; 0: never")
      ->check(CLI::Range(0U, kMaxDays))
      ->capture_default_str();
  command
      ->add_option("--keep-job-models", options->keep_job_models_days,
                   "The same for training jobs that no tuning job made, after their end; 0: never")
      ->check(CLI::Range(0U, kMaxDays))
      ->capture_default_str();
  command->add_flag("--audit-reads", options->audit_reads,
                    "Record successful reads in audit.log too");
  command->add_flag("--verbose", options->verbose, "Log more");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace tunesmith::cli
