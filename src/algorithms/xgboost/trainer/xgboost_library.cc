// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/xgboost_library.h"

#include <dlfcn.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr int kSupportedMajor = 3;

template <class Function>
bool bind(void* handle, const char* name, Function& out) {
  out = reinterpret_cast<Function>(dlsym(handle, name));
  return out != nullptr;
}

Result<Library> open_library(const std::string& path) {
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
  void* handle = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* why = dlerror();
    return {ErrorKind::kNotFound,
            fmt::format("loading the XGBoost library: {}", why != nullptr ? why : path.c_str())};
  }
  Library l;
  const bool bound = bind(handle, "XGBoostVersion", l.version) &&
                     bind(handle, "XGBGetLastError", l.last_error) &&
                     bind(handle, "XGDMatrixCreateFromDense", l.matrix_from_dense) &&
                     bind(handle, "XGDMatrixCreateFromCSR", l.matrix_from_csr) &&
                     bind(handle, "XGDMatrixSetInfoFromInterface", l.matrix_set_info) &&
                     bind(handle, "XGDMatrixFree", l.matrix_free) &&
                     bind(handle, "XGBoosterCreate", l.booster_create) &&
                     bind(handle, "XGBoosterFree", l.booster_free) &&
                     bind(handle, "XGBoosterSetParam", l.booster_set_param) &&
                     bind(handle, "XGBoosterUpdateOneIter", l.booster_update) &&
                     bind(handle, "XGBoosterEvalOneIter", l.booster_evaluate) &&
                     bind(handle, "XGBoosterPredictFromDMatrix", l.booster_predict) &&
                     bind(handle, "XGBoosterSaveModelToBuffer", l.booster_save) &&
                     bind(handle, "XGBoosterLoadModelFromBuffer", l.booster_load) &&
                     bind(handle, "XGBoosterGetNumFeature", l.booster_feature_count) &&
                     bind(handle, "XGBoosterGetAttr", l.booster_attribute) &&
                     bind(handle, "XGBoosterSlice", l.booster_slice) &&
                     bind(handle, "XGBoosterSetAttr", l.booster_set_attribute) &&
                     bind(handle, "XGTrackerCreate", l.tracker_create) &&
                     bind(handle, "XGTrackerRun", l.tracker_run) &&
                     bind(handle, "XGTrackerWorkerArgs", l.tracker_worker_args) &&
                     bind(handle, "XGTrackerWaitFor", l.tracker_wait) &&
                     bind(handle, "XGCommunicatorInit", l.communicator_init) &&
                     bind(handle, "XGCommunicatorFinalize", l.communicator_finalize) &&
                     bind(handle, "XGCommunicatorAllreduce", l.communicator_allreduce);
  if (!bound) {
    return {ErrorKind::kInternal, fmt::format("{} lacks a function that the trainer needs", path)};
  }
  int major = 0;
  int minor = 0;
  int patch = 0;
  l.version(&major, &minor, &patch);
  if (major != kSupportedMajor) {
    return {ErrorKind::kInternal, fmt::format("{} is XGBoost {}.{}.{}; the trainer needs {}.x",
                                              path, major, minor, patch, kSupportedMajor)};
  }
  return l;
}

}  // namespace

Result<const Library*> load_library(const std::string& path) {
  static const Result<Library> kLoaded = open_library(path);
  if (!kLoaded) return kLoaded.error();
  return &*kLoaded;
}

std::string find_library(const std::string& explicit_path) {
  if (!explicit_path.empty()) return explicit_path;
  if (const char* given = std::getenv("TUNESMITH_XGBOOST_LIBRARY");
      given != nullptr && *given != 0) {
    return given;
  }
  std::array<char, 4096> self{};
  const auto length = readlink("/proc/self/exe", self.data(), self.size() - 1);
  if (length > 0) {
    const auto installed =
        std::filesystem::path(self.data()).parent_path() / "xgboost/lib/libxgboost.so";
    std::error_code ec;
    if (std::filesystem::exists(installed, ec)) return installed.string();
  }
  return TUNESMITH_XGBOOST_DEFAULT_LIBRARY;
}

std::string version_text(const Library& library) {
  int major = 0;
  int minor = 0;
  int patch = 0;
  library.version(&major, &minor, &patch);
  return fmt::format("{}.{}.{}", major, minor, patch);
}

}  // namespace tunesmith::algorithms::xgboost
