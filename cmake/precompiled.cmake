# One precompiled header for all rooms and tests, made once with the flags that they share.
if(NOT EXISTS ${CMAKE_BINARY_DIR}/precompiled.cpp)
  file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "")
endif()
add_library(corten_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
target_link_libraries(corten_precompiled PRIVATE fmt::fmt)
target_precompile_headers(corten_precompiled PRIVATE ${CMAKE_CURRENT_LIST_DIR}/precompiled.h)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # What ccache asks for to keep objects that were made with a precompiled header.
  add_compile_options(-fpch-preprocess)
endif()
