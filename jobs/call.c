#include "jobs/call.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool takt_call_leads(const takt_call *call)
{
    return takt_comm_rank(call->comm) == 0;
}

takt_status takt_call_print(const takt_call *call, const char *bytes, size_t n)
{
    if (!takt_call_leads(call))
        return TAKT_OK;
    if (fwrite(bytes, 1, n, stdout) != n || fflush(stdout) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "standard output: %s", strerror(errno));
    return TAKT_OK;
}
