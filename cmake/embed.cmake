# corten_embed(TARGET HEADER NAMESPACE FILES…): makes "HEADER" for the sources of TARGET, with one std::string_view constant a
# file in NAMESPACE: `app.js` becomes kAppJs. So pages and scripts stay files of their own kind, and ship in the program.
function(corten_embed target header namespace)
  set(output ${CMAKE_BINARY_DIR}/generated/${header})
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  list(JOIN files "|" joined)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAMESPACE=${namespace} "-DFILES=${joined}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()
