// In place of the page where there was no Node to build it: the server then says what is missing.

#include "viz/assets.h"

const takt_asset takt_assets[] = {{0}};
const int takt_n_assets = 0;
