# The page of the viewer becomes part of takt_viz. Node and the packages of viz/web/package.json
# (`./dev build` fetches them) are needed to build it, never to run it; without them the build goes
# on with an empty table. Nothing is fetched here.
set(TAKT_WEB_MODULES "${PROJECT_SOURCE_DIR}/build/web/node_modules" CACHE PATH
  "Node packages that build the viewer's page")
find_program(TAKT_NODE NAMES node nodejs DOC "Node, at least 18, builds the viewer's page")
mark_as_advanced(TAKT_NODE)

set(missing "")
if(NOT TAKT_NODE)
  set(missing "no Node")
else()
  execute_process(COMMAND "${TAKT_NODE}" --version
    OUTPUT_VARIABLE node_version OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  string(REGEX REPLACE "^v" "" node_version "${node_version}")
  if(NOT node_version VERSION_GREATER_EQUAL 18)
    set(missing "Node ${node_version}, at least 18 is needed")
  elseif(NOT EXISTS "${TAKT_WEB_MODULES}/esbuild" OR NOT EXISTS "${TAKT_WEB_MODULES}/uplot")
    set(missing "no packages in ${TAKT_WEB_MODULES}: ./dev build fetches them")
  endif()
endif()

set(web_dir "${CMAKE_CURRENT_LIST_DIR}")
if(missing STREQUAL "")
  file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS
    "${web_dir}/src/*.ts" "${web_dir}/src/*.css" "${web_dir}/*.css" "${web_dir}/*.html"
    "${web_dir}/*.svg")
  set(web_out "${CMAKE_CURRENT_BINARY_DIR}/web")
  add_custom_command(OUTPUT "${web_out}/assets.c"
    COMMAND "${TAKT_NODE}" "${web_dir}/build.mjs" "${web_out}" --modules "${TAKT_WEB_MODULES}"
    DEPENDS "${web_dir}/build.mjs" "${web_dir}/package-lock.json" ${web_sources}
    COMMENT "Building the viewer's page" VERBATIM)
  target_sources(takt_viz PRIVATE "${web_out}/assets.c")
  set(TAKT_WEB_TEXT "built by Node ${node_version}" CACHE INTERNAL "")
else()
  target_sources(takt_viz PRIVATE "${web_dir}/assets_none.c")
  set(TAKT_WEB_TEXT "not built (${missing})" CACHE INTERNAL "")
endif()
