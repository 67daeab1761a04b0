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

# tunesmith_standalone_program(tunesmith-null SOURCES main.cc LIBRARIES base ARCHIVES libz.a): an executable at the top of the
# build folder that loads no library, for what is started for each trial: finding, mapping and binding them is half of a start.
# LIBRARIES: ours, each before those that it uses. ARCHIVES: other people's. STANDALONE_SOURCES: what stands in for the rest. Without
# the archives, or under a sanitizer, it is a program like others.
function(tunesmith_standalone_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;STANDALONE_SOURCES;LIBRARIES;ARCHIVES;PACKAGES" ${ARGN})
  set(archives "")
  set(standalone TRUE)
  foreach(archive libc.a libm.a ${ARG_ARCHIVES})
    find_library(TUNESMITH_${archive} ${archive})
    mark_as_advanced(TUNESMITH_${archive})
    list(APPEND archives "${TUNESMITH_${archive}}")
    if(NOT TUNESMITH_${archive})
      set(standalone FALSE)
    endif()
  endforeach()
  if(TUNESMITH_SANITIZE OR NOT standalone)
    tunesmith_program(${name} SOURCES ${ARG_SOURCES} DEPENDS ${ARG_LIBRARIES} PACKAGES ${ARG_PACKAGES})
    return()
  endif()
  list(REMOVE_AT archives 0 1)
  tunesmith_program(${name} SOURCES ${ARG_SOURCES} ${ARG_STANDALONE_SOURCES} PACKAGES ${ARG_PACKAGES})
  # As files: as targets they would bring the shared libraries that they need elsewhere.
  foreach(library ${ARG_LIBRARIES})
    add_dependencies(${name} tunesmith_${library})
    target_link_libraries(${name} PRIVATE "$<TARGET_FILE:tunesmith_${library}>")
  endforeach()
  target_link_libraries(${name} PRIVATE ${archives})
  target_link_options(${name} PRIVATE -static-pie -Wl,--gc-sections)
endfunction()
