# Targets: format, format-check, lint (tidy + cppcheck + complexity + shellcheck), check (all a commit needs).
file(GLOB_RECURSE TAKI_SOURCES CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/include/*.h ${CMAKE_SOURCE_DIR}/common/*.[ch] ${CMAKE_SOURCE_DIR}/extract/*.[ch]
    ${CMAKE_SOURCE_DIR}/transform/*.[ch] ${CMAKE_SOURCE_DIR}/load/*.[ch] ${CMAKE_SOURCE_DIR}/tests/*.[ch])
add_custom_target(format COMMAND clang-format -i ${TAKI_SOURCES} VERBATIM)
add_custom_target(format-check COMMAND clang-format --dry-run --Werror ${TAKI_SOURCES} VERBATIM)
add_custom_target(lint COMMAND ${CMAKE_SOURCE_DIR}/tests/lint ${CMAKE_BINARY_DIR} VERBATIM)
add_custom_target(check COMMAND ${CMAKE_SOURCE_DIR}/tests/run --quick VERBATIM)
