# CUDA and cuBLAS: looked for, never required (unless TAKT_CUDA=ON). Sets TAKT_CUDA_FOUND,
# TAKT_CUBLAS_FOUND and one line of text about each for the summary.
set(TAKT_CUDA "AUTO" CACHE STRING "CUDA: AUTO (use it where it is found), ON (require it), OFF")
set_property(CACHE TAKT_CUDA PROPERTY STRINGS AUTO ON OFF)
set(TAKT_CUDA_FOUND OFF)
set(TAKT_CUBLAS_FOUND OFF)
set(TAKT_CUDA_TEXT "not found")
set(TAKT_CUBLAS_TEXT "not looked for without CUDA")

# The compiler. A list of architectures of our own, never a probe of the build machine: a program
# built on a login node runs on the nodes behind it. CMake 3.25 would fall back to sm_52, which
# CUDA 13 refuses.
function(takt_find_cuda_compiler)
  if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
    find_program(TAKT_NVCC nvcc PATHS /usr/local/cuda/bin)
    mark_as_advanced(TAKT_NVCC)
    if(TAKT_NVCC)
      set(CMAKE_CUDA_COMPILER "${TAKT_NVCC}" CACHE FILEPATH "The CUDA compiler")
    endif()
  endif()
  if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    set(CMAKE_CUDA_ARCHITECTURES "80;90" CACHE STRING "Compute capabilities to compile for")
  endif()
endfunction()

# Where installed Python packages may hold cuBLAS; build/deps (filled by ./dev) comes last.
function(takt_python_folders result)
  set(folders "")
  find_program(TAKT_PYTHON python3)
  mark_as_advanced(TAKT_PYTHON)
  if(TAKT_PYTHON)
    execute_process(
      COMMAND "${TAKT_PYTHON}" -c "import sys; print(';'.join(p for p in sys.path if p))"
      OUTPUT_VARIABLE folders OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  set(${result} ${folders} "${PROJECT_SOURCE_DIR}/build/deps" PARENT_SCOPE)
endfunction()

# Headers at build time, the library by name at run time (kernels/blas_cuda.c opens it on first
# use): the program must start where there is no GPU, no driver and no cuBLAS.
function(takt_find_cublas)
  find_path(TAKT_CUBLAS_INCLUDE cublas_v2.h PATHS ${CUDAToolkit_INCLUDE_DIRS} NO_DEFAULT_PATH)
  if(TAKT_CUBLAS_INCLUDE AND TARGET CUDA::cublas)
    get_target_property(library CUDA::cublas IMPORTED_LOCATION)
    set(origin "toolkit")
  else()
    takt_python_folders(folders)
    list(TRANSFORM folders APPEND "/nvidia/cu${CUDAToolkit_VERSION_MAJOR}")
    find_path(TAKT_CUBLAS_INCLUDE cublas_v2.h
      PATHS ${folders} PATH_SUFFIXES include NO_DEFAULT_PATH)
    if(TAKT_CUBLAS_INCLUDE)
      get_filename_component(folder "${TAKT_CUBLAS_INCLUDE}" DIRECTORY)
      file(GLOB libraries "${folder}/lib/libcublas.so.*")
      if(libraries) # headers alone, of a package that was taken away, are none
        list(GET libraries 0 library)
        set(origin "Python package")
      endif()
    endif()
  endif()
  mark_as_advanced(TAKT_CUBLAS_INCLUDE)
  if(NOT TAKT_CUBLAS_INCLUDE OR NOT library)
    set(TAKT_CUBLAS_TEXT "not found (install it with the toolkit, or run ./dev build)" PARENT_SCOPE)
    return()
  endif()
  set(TAKT_CUBLAS_FOUND ON PARENT_SCOPE)
  set(TAKT_CUBLAS_TEXT "${library} (${origin})" PARENT_SCOPE)
  target_include_directories(takt_cuda SYSTEM INTERFACE $<BUILD_INTERFACE:${TAKT_CUBLAS_INCLUDE}>)
  target_compile_definitions(takt_cuda INTERFACE
    $<BUILD_INTERFACE:TAKT_WITH_CUBLAS> $<BUILD_INTERFACE:TAKT_CUBLAS_FILE="${library}">)
endfunction()

add_library(takt_cuda INTERFACE)
if(TAKT_CUDA)
  takt_find_cuda_compiler()
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    enable_language(CUDA)
    find_package(CUDAToolkit REQUIRED)
    set(CMAKE_CUDA_STANDARD 17)
    set(CMAKE_CUDA_VISIBILITY_PRESET hidden)
    set(TAKT_CUDA_FOUND ON)
    list(JOIN CMAKE_CUDA_ARCHITECTURES ", " architectures)
    set(TAKT_CUDA_TEXT "${CUDAToolkit_VERSION} for compute capability ${architectures}")
    # Static: no CUDA file has to exist on the machine that runs the program. stdc++ is named so
    # that C projects link the objects of nvcc without a CUDA compiler of their own.
    target_link_libraries(takt_cuda INTERFACE CUDA::cudart_static ${CMAKE_DL_LIBS} stdc++)
    target_compile_definitions(takt_cuda INTERFACE $<BUILD_INTERFACE:TAKT_WITH_CUDA>)
    takt_find_cublas()
  elseif(NOT TAKT_CUDA STREQUAL "AUTO")
    message(FATAL_ERROR "TAKT_CUDA=${TAKT_CUDA}, but no CUDA compiler works here "
      "(nvcc, and a C++ compiler for it). Install them, or use TAKT_CUDA=AUTO.")
  endif()
else()
  set(TAKT_CUDA_TEXT "switched off (TAKT_CUDA=OFF)")
endif()
