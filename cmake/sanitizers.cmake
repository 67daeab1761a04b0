# Applies TUNESMITH_SANITIZE and TUNESMITH_FUZZ to everything that is compiled and linked.
if(TUNESMITH_SANITIZE)
  add_compile_options(-fsanitize=${TUNESMITH_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TUNESMITH_SANITIZE})
  # Instrumented objects are large: the archives name them instead of holding a second copy.
  set(CMAKE_CXX_ARCHIVE_CREATE "<CMAKE_AR> qcT <TARGET> <LINK_FLAGS> <OBJECTS>")
endif()
# The targets of tests/fuzz bring libFuzzer's main with them; everything they link tells it where it has been.
if(TUNESMITH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
