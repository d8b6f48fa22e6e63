# Compiler flags, the same for every target, gathered in the interface target takt_flags.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_C_FLAGS_RELEASE "-O3 -DNDEBUG -g1")

option(TAKT_WERROR "Warnings are errors" OFF)
option(TAKT_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

add_library(takt_flags INTERFACE)
# -ffp-contract=off: a fused multiply-add rounds once where + and * round twice; results would then
# depend on the instruction set. Every claim "same bytes" of takt rests on this flag, and on
# --fmad=false, which is the same for device code.
set(warnings_of_all -Wall -Wextra -Wshadow -Wundef)
set(warnings_of_c ${warnings_of_all} -Wpedantic -Wvla -Wconversion -Wno-sign-conversion
    -Wstrict-prototypes -Wmissing-prototypes)
string(REPLACE ";" "," warnings_of_host "${warnings_of_all}")
target_compile_options(takt_flags INTERFACE
  "$<$<COMPILE_LANGUAGE:C>:-ffp-contract=off;${warnings_of_c}>"
  "$<$<COMPILE_LANGUAGE:CUDA>:--fmad=false;-Xcompiler=-ffp-contract=off,${warnings_of_host}>")
target_compile_definitions(takt_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:_GNU_SOURCE>)
if(TAKT_WERROR)
  target_compile_options(takt_flags INTERFACE
    $<$<COMPILE_LANGUAGE:C>:-Werror> $<$<COMPILE_LANGUAGE:CUDA>:--Werror=all-warnings>)
endif()
if(TAKT_SANITIZE)
  set(sanitizers
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_compile_options(takt_flags INTERFACE "$<$<COMPILE_LANGUAGE:C>:${sanitizers}>")
  target_link_options(takt_flags INTERFACE ${sanitizers})
endif()
