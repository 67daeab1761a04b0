// SPDX-License-Identifier: Apache-2.0
//
// XGBoost's C library, loaded at run time: the few functions of its stable C interface that the
// trainer and the predictor need, declared here because the binary distribution carries no header.
// Loaded once per process and never unloaded; the functions may be used from one thread at a time.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace tunesmith::algorithms::xgboost {

/// Function pointers into the library. All but two return 0 on success, and last_error() tells why
/// not. Arrays are passed as JSON descriptions of the form of NumPy's __array_interface__.
struct Library {
  using Handle = void*;
  using Size = std::uint64_t;

  void (*version)(int* major, int* minor, int* patch) = nullptr;
  const char* (*last_error)() = nullptr;
  int (*matrix_from_dense)(const char* array, const char* config, Handle* out) = nullptr;
  int (*matrix_from_csr)(const char* row_offsets, const char* columns, const char* values,
                         Size column_count, const char* config, Handle* out) = nullptr;
  int (*matrix_set_info)(Handle matrix, const char* field, const char* array) = nullptr;
  int (*matrix_free)(Handle matrix) = nullptr;
  int (*booster_create)(const Handle matrices[], Size count, Handle* out) = nullptr;
  int (*booster_free)(Handle booster) = nullptr;
  int (*booster_set_param)(Handle booster, const char* name, const char* value) = nullptr;
  int (*booster_update)(Handle booster, int round, Handle matrix) = nullptr;
  int (*booster_evaluate)(Handle booster, int round, Handle matrices[], const char* names[],
                          Size count, const char** out) = nullptr;
  int (*booster_predict)(Handle booster, Handle matrix, const char* config, const Size** out_shape,
                         Size* out_dimensions, const float** out) = nullptr;
  int (*booster_save)(Handle booster, const char* config, Size* out_size,
                      const char** out) = nullptr;
  int (*booster_load)(Handle booster, const void* bytes, Size size) = nullptr;
  int (*booster_feature_count)(Handle booster, Size* out) = nullptr;
  int (*booster_attribute)(Handle booster, const char* key, const char** out, int* found) = nullptr;
  int (*booster_slice)(Handle booster, int begin, int end, int step, Handle* out) = nullptr;
  int (*booster_set_attribute)(Handle booster, const char* key, const char* value) = nullptr;
  // For collective.h.
  int (*tracker_create)(const char* config, Handle* out) = nullptr;
  int (*tracker_run)(Handle tracker, const char* config) = nullptr;
  int (*tracker_worker_args)(Handle tracker, const char** out) = nullptr;
  int (*tracker_wait)(Handle tracker, const char* config) = nullptr;
  int (*communicator_init)(const char* config) = nullptr;
  int (*communicator_finalize)() = nullptr;
  int (*communicator_allreduce)(void* values, std::size_t count, int type, int operation) = nullptr;
};

/// Loads `path` and checks its version (3.x). A second call returns the library loaded first.
/// Sets the OpenMP wait policy to passive beforehand: spinning waits cost forty times the time on a
/// busy machine, and the policy is read when the library is loaded.
Result<const Library*> load_library(const std::string& path);

/// Where the library is: `explicit_path` when not empty, else $TUNESMITH_XGBOOST_LIBRARY, else the
/// installed place relative to this program, else the build tree's.
std::string find_library(const std::string& explicit_path);

/// The library's version as text, "3.2.0".
std::string version_text(const Library& library);

}  // namespace tunesmith::algorithms::xgboost
