/// Twin of device_cuda.cu for builds without CUDA.
#include "kernels/device.h"

#include <stdio.h>
#include <string.h>

takt_status takt_device_query(takt_device_info *info)
{
    memset(info, 0, sizeof *info);
    snprintf(info->reason, sizeof info->reason,
             "built without CUDA (install nvcc and build again to use a GPU)");
    return TAKT_OK;
}
