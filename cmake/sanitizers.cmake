# Applies TUNESMITH_SANITIZE to everything that is compiled and linked.
if(TUNESMITH_SANITIZE)
  add_compile_options(-fsanitize=${TUNESMITH_SANITIZE} -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${TUNESMITH_SANITIZE})
endif()
