# Warnings that every target of ours is compiled with.
add_library(tunesmith_warnings INTERFACE)
target_compile_options(tunesmith_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${TUNESMITH_WERROR}>:-Werror>)
