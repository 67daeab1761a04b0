# Applies TUNESMITH_SANITIZE and TUNESMITH_FUZZ to everything that is compiled and linked.
if(TUNESMITH_SANITIZE)
  add_compile_options(-fsanitize=${TUNESMITH_SANITIZE} -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${TUNESMITH_SANITIZE})
endif()
# The targets of tests/fuzz bring libFuzzer's main with them; everything they link tells it where it has been.
if(TUNESMITH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
