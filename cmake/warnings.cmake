# Warnings that every target of ours is compiled with.
add_library(tunesmith_warnings INTERFACE)
# gcc 12 sees overlaps in std::string that are not there (its bug 105329).
target_compile_options(tunesmith_warnings INTERFACE -Wno-restrict
  -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${TUNESMITH_WERROR}>:-Werror>)
