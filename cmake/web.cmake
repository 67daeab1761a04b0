# tunesmith_console_page(FILE.cc) checks and bundles src/console/web and writes it as constant data to FILE.cc.
# Needs what tools/setup_web.sh fetches. Without it the console says so in place of its page, and a
# warning is given: work on other parts needs no Node.js.
set(TUNESMITH_WEB "${CMAKE_SOURCE_DIR}/src/console/web")
set(TUNESMITH_NODE "${TUNESMITH_DEPS_DIR}/node/bin/node")

function(tunesmith_console_page output)
  if(NOT EXISTS "${TUNESMITH_NODE}" OR NOT EXISTS "${TUNESMITH_WEB}/node_modules/.lock-sum")
    message(WARNING "The console's page is left out: run tools/setup_web.sh, then configure again")
    configure_file("${TUNESMITH_WEB}/no_page.cc.in" "${output}" COPYONLY)
    return()
  endif()
  # Changes what the build depends on: a page that was left out is made at the next build.
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${TUNESMITH_WEB}/src/*")
  list(APPEND sources "${TUNESMITH_WEB}/index.html" "${TUNESMITH_WEB}/build.mjs" "${TUNESMITH_WEB}/tsconfig.json"
       "${TUNESMITH_WEB}/package.json" "${TUNESMITH_WEB}/node_modules/.lock-sum")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${TUNESMITH_NODE}" "${TUNESMITH_WEB}/node_modules/typescript/bin/tsc" --noEmit -p "${TUNESMITH_WEB}"
    COMMAND "${TUNESMITH_NODE}" "${TUNESMITH_WEB}/build.mjs" --cc "${output}"
    DEPENDS ${sources}
    WORKING_DIRECTORY "${TUNESMITH_WEB}"
    COMMENT "Bundling the console's page" VERBATIM)
endfunction()
