/// Qualifiers that let one header serve the C compiler, nvcc and a shared library.
///
/// A `*_math.h` file holds only `TAKT_HD` functions: valid C17 and C++17, no allocation, no I/O,
/// no globals, no function pointers, so that the same formula runs on the host and on the device.
#ifndef TAKT_CORE_HD_H
#define TAKT_CORE_HD_H

#ifdef __CUDACC__
#define TAKT_HD __host__ __device__ __forceinline__
#else
#define TAKT_HD static inline
#endif

#ifdef __cplusplus
#define TAKT_RESTRICT __restrict__
#define TAKT_STATIC_ASSERT(cond, text) static_assert(cond, text)
#define TAKT_EXTERN_C_BEGIN extern "C" {
#define TAKT_EXTERN_C_END }
#else
#define TAKT_RESTRICT restrict
#define TAKT_STATIC_ASSERT(cond, text) _Static_assert(cond, text)
#define TAKT_EXTERN_C_BEGIN
#define TAKT_EXTERN_C_END
#endif

/// Marks what a library offers; everything else is hidden (-fvisibility=hidden).
#define TAKT_API __attribute__((visibility("default")))

/// A hot loop compiled for several instruction sets, chosen when the program starts. No fused
/// multiply-add is generated (-ffp-contract=off), so every version gives the same bits.
/// Sanitizers run before indirect functions are resolved: there only the plain version exists.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__) &&     \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define TAKT_SIMD_CLONES                                                                           \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TAKT_SIMD_CLONES
#endif

#endif
