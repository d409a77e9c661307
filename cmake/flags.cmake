# The one place where compiler flags are set: target taki_flags, linked by everything of ours.
add_library(taki_flags INTERFACE)
target_compile_definitions(taki_flags INTERFACE _POSIX_C_SOURCE=200809L TAKI_VERSION="${PROJECT_VERSION}")
target_compile_options(taki_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wcast-align -Wpointer-arith
    -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wredundant-decls -Wvla -Wundef
    -Wdouble-promotion -Wfloat-equal -Wformat=2 -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference -Wdate-time
    -ffp-contract=off # no fused multiply-add: same bytes on every machine (design 7.3)
    -fno-strict-aliasing)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(taki_flags INTERFACE -Wformat-signedness -Wduplicated-cond -Wduplicated-branches -Wlogical-op
        -Wformat-overflow=2 -Walloc-zero -Warith-conversion)
elseif(CMAKE_C_COMPILER_ID STREQUAL "Clang")
    target_compile_options(taki_flags INTERFACE -Wmissing-variable-declarations -Wcomma -Wconditional-uninitialized
        -Wassign-enum -Wextra-semi-stmt -Wshorten-64-to-32)
endif()
if(TAKI_WERROR)
    target_compile_options(taki_flags INTERFACE -Werror)
endif()
if(TAKI_ANALYZE)
    target_compile_options(taki_flags INTERFACE -fanalyzer)
endif()
if(TAKI_SANITIZE)
    target_compile_options(taki_flags INTERFACE -fsanitize=${TAKI_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(taki_flags INTERFACE -fsanitize=${TAKI_SANITIZE})
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(taki_flags INTERFACE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE)
    target_link_options(taki_flags INTERFACE -pie -Wl,-z,relro,-z,now)
endif()
