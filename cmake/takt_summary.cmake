# What the configuration found, printed once at its end: the first thing to read when a build
# behaves unexpectedly.
function(takt_summary_line name text)
  string(LENGTH "${name}" used)
  math(EXPR missing "14 - ${used}")
  string(REPEAT " " ${missing} padding)
  message(STATUS "  ${name}${padding}${text}")
endfunction()

function(takt_summary_package name found version)
  if(TAKT_FLOORS STREQUAL "all" AND found)
    takt_summary_line(${name} "${version}")
  elseif(TAKT_FLOORS STREQUAL "all")
    takt_summary_line(${name} "not found")
  else()
    takt_summary_line(${name} "not needed (TAKT_FLOORS=${TAKT_FLOORS})")
  endif()
endfunction()

message(STATUS "takt ${PROJECT_VERSION}")
takt_summary_line("Build type" "${CMAKE_BUILD_TYPE}")
takt_summary_line("Compiler"
  "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} (${CMAKE_C_COMPILER})")
takt_summary_line("Floors" "${TAKT_FLOORS}")
takt_summary_line("Sanitizers" "${TAKT_SANITIZE}")
takt_summary_line("CUDA" "${TAKT_CUDA_TEXT}")
takt_summary_line("cuBLAS" "${TAKT_CUBLAS_TEXT}")
takt_summary_package("MPI" "${MPI_C_FOUND}"
  "MPI ${MPI_C_VERSION}, started by ${MPIEXEC_EXECUTABLE}")
takt_summary_package("PETSc" "${PETSC_FOUND}" "${PETSC_VERSION}")
takt_summary_package("NetCDF" "${NETCDF_FOUND}" "${NETCDF_VERSION}")
takt_summary_package("libfyaml" "${FYAML_FOUND}" "${FYAML_VERSION}")
takt_summary_package("cmocka" "${CMOCKA_FOUND}" "${CMOCKA_VERSION}")
