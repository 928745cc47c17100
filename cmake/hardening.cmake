# Warnings and hardening that every build of Corten has. There are no feature switches: one Corten, one behaviour.
add_compile_options(
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>
  -fstack-protector-strong -fPIE -ffunction-sections -fdata-sections)
# libstdc++ 12's own std::stable_sort calls a function that it marks as deprecated; g++ keeps quiet in system headers.
add_compile_options($<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
# g++ 12 sees sizes near 2^64 in std::string that cannot be (gcc bug 105329 and its kin); optimising, it also sees overlaps, bounds
# and missing values in std::string and std::optional that cannot be. The debug preset has those warnings,
# and whoever only wants to build must not fail for one.
add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-stringop-overflow>)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-restrict -Wno-array-bounds -Wno-maybe-uninitialized -Wno-stringop-overread -Wno-error)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_definitions(_FORTIFY_SOURCE=3)
endif()
add_link_options(-pie -Wl,-z,relro -Wl,-z,now -Wl,--as-needed -Wl,--gc-sections)

option(CORTEN_FUZZ "Build the fuzz targets with libFuzzer (clang)" OFF)
set(CORTEN_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, separated by commas")
if(CORTEN_SANITIZE)
  add_compile_options(-fsanitize=${CORTEN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CORTEN_SANITIZE})
endif()
if(CORTEN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
