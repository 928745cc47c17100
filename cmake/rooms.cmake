# corten_room(NAME SOURCES … USES rooms… LIBRARIES external…): one static library per room of src/.
# The legal edges between rooms are in tools/layers.txt and are checked over the #include lines.
function(corten_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_library(corten_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(corten_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_precompile_headers(corten_${name} REUSE_FROM corten_precompiled)
  list(TRANSFORM ROOM_USES PREPEND corten_)
  target_link_libraries(corten_${name} PUBLIC ${ROOM_USES} PRIVATE ${ROOM_LIBRARIES})
endfunction()

# corten_test(ROOM SOURCES … USES rooms… LIBRARIES external…): the unit tests of a room, in one program.
function(corten_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_executable(${name}_test ${TEST_SOURCES})
  target_precompile_headers(${name}_test REUSE_FROM corten_precompiled)
  list(TRANSFORM TEST_USES PREPEND corten_)
  target_link_libraries(${name}_test PRIVATE ${TEST_USES} ${TEST_LIBRARIES} GTest::gmock GTest::gtest_main)
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name}_test PRIVATE
    CORTEN_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared" CORTEN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(CORTEN_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 has false alarms about strings once the sanitizers' code is between; the debug preset has the same warnings as errors.
    target_compile_options(${name}_test PRIVATE -Wno-maybe-uninitialized -Wno-array-bounds -Wno-error)
  endif()
  add_test(NAME ${name} COMMAND ${name}_test)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

# corten_fuzz(NAME USES rooms…): fuzz/NAME_fuzz.cpp defines LLVMFuzzerTestOneInput. In the fuzz preset it is a libFuzzer
# program; in every other it replays the seeds of fuzz/corpus/NAME as a test.
function(corten_fuzz name)
  cmake_parse_arguments(FUZZ "" "" "USES;LIBRARIES" ${ARGN})
  list(TRANSFORM FUZZ_USES PREPEND corten_)
  if(CORTEN_FUZZ)
    add_executable(${name}_fuzz ${name}_fuzz.cpp)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${name}_fuzz ${name}_fuzz.cpp replay_main.cpp)
    add_test(NAME fuzz_replay_${name} COMMAND ${name}_fuzz ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
    set_tests_properties(fuzz_replay_${name} PROPERTIES TIMEOUT 120)
  endif()
  target_link_libraries(${name}_fuzz PRIVATE ${FUZZ_USES} ${FUZZ_LIBRARIES})
endfunction()
