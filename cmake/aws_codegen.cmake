# tunesmith_generate_service(sagemaker) makes the library tunesmith::api_sagemaker from the pinned model of
# that service and codegen/operations.toml. Its headers are included as "tunesmith/api/sagemaker/types.h".
# MODELS and CONFIG name other sources than the pinned ones (the golden models of the tests).
set(TUNESMITH_MODELS "${TUNESMITH_DEPS_DIR}/botocore/botocore/data")
set(TUNESMITH_GENERATED "${CMAKE_BINARY_DIR}/generated")
set(TUNESMITH_CODEGEN "${CMAKE_SOURCE_DIR}/codegen")
if(NOT EXISTS "${TUNESMITH_MODELS}")
  message(FATAL_ERROR "The AWS service models are missing: run tools/setup.sh (looked in ${TUNESMITH_MODELS})")
endif()
# Always the system's interpreter: the generator needs nothing but the standard library of 3.11.
find_program(TUNESMITH_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
file(GLOB TUNESMITH_GENERATOR CONFIGURE_DEPENDS "${TUNESMITH_CODEGEN}/*.py")

function(tunesmith_generate_service service)
  cmake_parse_arguments(ARG "" "MODELS;CONFIG" "" ${ARGN})
  if(NOT ARG_MODELS)
    set(ARG_MODELS "${TUNESMITH_MODELS}")
    set(ARG_CONFIG "${TUNESMITH_CODEGEN}/operations.toml")
  endif()
  string(REPLACE "-" "_" name "${service}")
  get_filename_component(config_folder "${ARG_CONFIG}" DIRECTORY)
  file(GLOB access "${config_folder}/access.toml")
  file(GLOB models "${ARG_MODELS}/${service}/*/service-2.json*")
  if(NOT models)
    message(FATAL_ERROR "No model of ${service} in ${ARG_MODELS}")
  endif()
  set(out "${TUNESMITH_GENERATED}/tunesmith/api/${name}")
  set(headers "${out}/types.h" "${out}/enums.h" "${out}/operations.h" "${out}/shapes.h")
  # The generator leaves unchanged files alone, so the stamp, not the files, says that it has run.
  add_custom_command(
    OUTPUT "${out}/stamp"
    BYPRODUCTS ${headers} "${out}/descriptors.cc"
    COMMAND "${TUNESMITH_PYTHON}" -B "${TUNESMITH_CODEGEN}/generate.py" --service ${service}
            --models "${ARG_MODELS}" --config "${ARG_CONFIG}" --out "${out}"
    COMMAND "${CMAKE_COMMAND}" -E touch "${out}/stamp"
    DEPENDS ${TUNESMITH_GENERATOR} "${ARG_CONFIG}" ${access} ${models}
    COMMENT "Generating the ${service} API" VERBATIM)
  add_custom_target(generate_${name} DEPENDS "${out}/stamp")
  set_source_files_properties("${out}/descriptors.cc" PROPERTIES GENERATED TRUE)
  add_library(tunesmith_api_${name} STATIC "${out}/descriptors.cc")
  add_library(tunesmith::api_${name} ALIAS tunesmith_api_${name})
  add_dependencies(tunesmith_api_${name} generate_${name})
  target_include_directories(tunesmith_api_${name} PUBLIC "${TUNESMITH_GENERATED}")
  target_link_libraries(tunesmith_api_${name} PUBLIC tunesmith::aws PRIVATE tunesmith_warnings)
endfunction()
