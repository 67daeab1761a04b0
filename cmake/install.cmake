# cmake --install build --prefix /usr: the programs in lib/tunesmith, and beside them the libraries that come with no package of
# Debian's, XGBoost with its OpenMP and Arrow. The rest is Debian's (docs/dependencies.md).
install(TARGETS tunesmith tunesmith-runner tunesmith-xgboost tunesmith-parquet tunesmith-null DESTINATION lib/tunesmith)
install(FILES "${TUNESMITH_DEPS_DIR}/xgboost_cpu/xgboost/lib/libxgboost.so" DESTINATION lib/tunesmith/xgboost/lib)
# Where libxgboost.so looks for it.
install(DIRECTORY "${TUNESMITH_DEPS_DIR}/xgboost_cpu/xgboost_cpu.libs" DESTINATION lib/tunesmith)
get_target_property(arrow_files arrow_parquet INTERFACE_LINK_LIBRARIES)
install(FILES ${arrow_files} DESTINATION lib/tunesmith/arrow)
install(FILES packaging/tunesmith.service DESTINATION share/doc/tunesmith)
install(DIRECTORY docs/ DESTINATION share/doc/tunesmith FILES_MATCHING PATTERN "*.md")
