# The libraries of the full build. A bare build (TAKT_FLOORS=kernels|sim) needs none of them.
find_library(TAKT_LIBM m)
mark_as_advanced(TAKT_LIBM)
add_library(takt_libm INTERFACE)
if(TAKT_LIBM)
  target_link_libraries(takt_libm INTERFACE m)
endif()

if(TAKT_FLOORS STREQUAL "all")
  find_package(PkgConfig REQUIRED)
  find_package(MPI REQUIRED COMPONENTS C)
  pkg_check_modules(PETSC REQUIRED IMPORTED_TARGET PETSc>=3.18)
  pkg_check_modules(FYAML REQUIRED IMPORTED_TARGET libfyaml)
  pkg_check_modules(NETCDF REQUIRED IMPORTED_TARGET netcdf-mpi)
  pkg_check_modules(CMOCKA QUIET IMPORTED_TARGET cmocka)
  # The viewer; without them everything else is built.
  find_package(Threads REQUIRED)
  pkg_check_modules(LWS QUIET IMPORTED_TARGET libwebsockets>=4.1)
  pkg_check_modules(ZLIB QUIET IMPORTED_TARGET zlib)
  # netcdf-mpi.pc forgets the folder of netcdf_par.h; without it the serial headers are taken.
  find_path(NETCDF_PAR_INCLUDE netcdf_par.h PATH_SUFFIXES netcdf/mpi/include
    PATHS /usr/lib/${CMAKE_C_LIBRARY_ARCHITECTURE} NO_DEFAULT_PATH)
  find_path(NETCDF_PAR_INCLUDE netcdf_par.h REQUIRED)
  mark_as_advanced(NETCDF_PAR_INCLUDE)
  target_include_directories(PkgConfig::NETCDF BEFORE INTERFACE "${NETCDF_PAR_INCLUDE}")
endif()
