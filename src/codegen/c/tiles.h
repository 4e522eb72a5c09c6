/*
 * The sizes of tiles, found by measuring (`npm run tune`): rows of A that a tile takes at once, and vectors of B. Their sums must fit
 * into the machine's registers beside the vectors of B and one element of A.
 */
#ifndef TILE_ROWS
#if LANES == 16
#define TILE_ROWS 14
#elif LANES == 8
#define TILE_ROWS 6
#elif defined(__aarch64__)
#define TILE_ROWS 12
#else
#define TILE_ROWS 4
#endif
#endif

#define TILE_VECTORS 2
#define PANEL (TILE_VECTORS * LANES)
