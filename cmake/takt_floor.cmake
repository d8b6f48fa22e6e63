# takt_floor(NAME USES <floors> LINK <private libraries>): one library per floor, all its *.c files.
# Sources are globbed so that adding a file touches no list. Targets: takt_NAME, alias takt::NAME.
function(takt_floor name)
  cmake_parse_arguments(arg "" "" "USES;LINK;EXCLUDE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.c")
  foreach(source IN LISTS arg_EXCLUDE)
    list(REMOVE_ITEM sources "${CMAKE_CURRENT_SOURCE_DIR}/${source}")
  endforeach()
  add_library(takt_${name} ${sources})
  add_library(takt::${name} ALIAS takt_${name})
  set_target_properties(takt_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(takt_${name} PUBLIC
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>" "$<INSTALL_INTERFACE:include/takt>")
  foreach(floor IN LISTS arg_USES)
    target_link_libraries(takt_${name} PUBLIC takt_${floor})
  endforeach()
  target_link_libraries(takt_${name} PRIVATE takt_flags ${arg_LINK})
  set_property(GLOBAL APPEND PROPERTY TAKT_FLOOR_TARGETS takt_${name})
endfunction()
