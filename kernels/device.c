/// The part of kernels/device.h that is the same with and without CUDA.
#include "kernels/device.h"

const char *takt_device_text(takt_device_kind kind)
{
    static const char *const texts[] = {"cpu", "cuda"};
    return (unsigned)kind < TAKT_DEVICE_COUNT ? texts[kind] : "unknown device";
}
