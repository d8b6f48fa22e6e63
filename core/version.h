/// The version of takt, as written into every result.
#ifndef TAKT_CORE_VERSION_H
#define TAKT_CORE_VERSION_H

#define TAKT_VERSION "0.1.0"

#endif
