# One target per folder, its sources by name, its tests beside them.
#
#   tunesmith_library(tuning SOURCES a.cc b.cc DEPENDS base PACKAGES Eigen3::Eigen TESTS a_test.cc)
#
# makes the static library tunesmith_tuning (alias tunesmith::tuning) and the test program
# tuning_test. DEPENDS names other folders' targets; a folder that is not named here can't be linked.
function(tunesmith_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PACKAGES;PRIVATE_PACKAGES;TESTS;TEST_DEPENDS" ${ARGN})
  add_library(tunesmith_${name} STATIC ${ARG_SOURCES})
  add_library(tunesmith::${name} ALIAS tunesmith_${name})
  target_include_directories(tunesmith_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  list(TRANSFORM ARG_DEPENDS PREPEND tunesmith::)
  list(TRANSFORM ARG_TEST_DEPENDS PREPEND tunesmith::)
  target_link_libraries(tunesmith_${name}
    PUBLIC ${ARG_DEPENDS} ${ARG_PACKAGES}
    PRIVATE tunesmith_warnings ${ARG_PRIVATE_PACKAGES})
  if(TUNESMITH_TESTS AND ARG_TESTS)
    add_executable(${name}_test ${ARG_TESTS})
    target_link_libraries(${name}_test PRIVATE
      tunesmith_${name} ${ARG_TEST_DEPENDS} ${ARG_PRIVATE_PACKAGES} tunesmith_warnings GTest::gtest_main GTest::gmock)
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES LABELS unit TIMEOUT 300)
  endif()
endfunction()

# tunesmith_program(tunesmith-runner SOURCES main.cc DEPENDS runner): an executable at the top of the build folder.
function(tunesmith_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PACKAGES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPENDS PREPEND tunesmith::)
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ${ARG_PACKAGES} tunesmith_warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
endfunction()
