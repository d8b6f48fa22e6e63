/// The CUDA device query. cudart is linked statically and finds the driver when first called, so
/// this works where no CUDA file is installed.
#include "kernels/cuda_internal.h"
#include "kernels/device.h"

#include <stdio.h>
#include <string.h>

/// Never launched: its attributes tell whether this build holds code for the device.
__global__ void probe(void)
{
}

static takt_status query_first_device(takt_device_info *info)
{
    cudaDeviceProp properties;
    TAKT_CUDA(cudaGetDeviceProperties(&properties, 0));
    snprintf(info->name, sizeof info->name, "%s", properties.name);
    info->memory_bytes = (int64_t)properties.totalGlobalMem;
    info->capability_major = properties.major;
    info->capability_minor = properties.minor;

    cudaFuncAttributes attributes;
    cudaError_t error = cudaFuncGetAttributes(&attributes, probe);
    if (error == cudaErrorNoKernelImageForDevice || error == cudaErrorInvalidDeviceFunction) {
        (void)cudaGetLastError();
        snprintf(info->reason, sizeof info->reason,
                 "this build holds no code for compute capability %d.%d of '%s' (build again with "
                 "-DCMAKE_CUDA_ARCHITECTURES=%d%d)",
                 info->capability_major, info->capability_minor, info->name, info->capability_major,
                 info->capability_minor);
        return TAKT_OK;
    }
    TAKT_CUDA(error);
    info->usable = true;
    return TAKT_OK;
}

takt_status takt_device_query(takt_device_info *info)
{
    memset(info, 0, sizeof *info);
    info->built_with_cuda = true;
    TAKT_CUDA(cudaRuntimeGetVersion(&info->runtime_version));
    TAKT_CUDA(cudaDriverGetVersion(&info->driver_version));

    cudaError_t error = cudaGetDeviceCount(&info->n_devices);
    if (error == cudaSuccess && info->n_devices > 0)
        return query_first_device(info);
    (void)cudaGetLastError();
    info->n_devices = 0;
    if (info->driver_version == 0)
        snprintf(info->reason, sizeof info->reason, "no NVIDIA driver on this machine");
    else if (error == cudaSuccess || error == cudaErrorNoDevice)
        snprintf(info->reason, sizeof info->reason,
                 "the NVIDIA driver shows no device (CUDA_VISIBLE_DEVICES hides all?)");
    else
        snprintf(info->reason, sizeof info->reason, "%s (driver for CUDA %d.%d, built with %d.%d)",
                 cudaGetErrorString(error), info->driver_version / 1000,
                 info->driver_version % 1000 / 10, info->runtime_version / 1000,
                 info->runtime_version % 1000 / 10);
    return TAKT_OK;
}
