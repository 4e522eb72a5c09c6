/*
 * The sizes of tiles and blocks, found by measuring: `npm run tune` tries others, and with `--write` puts what is better here. Who defines
 * one of the five defines all. Of what was measured, the comments say the geometric mean over the products of each of bench/workloads.json.
 *
 * TILE_ROWS: rows of A that a tile takes at once, 4 to 14. Their sums must fit into the machine's registers beside the vectors of B and one
 * element of A.
 * CHUNK: steps of depth of which an outer product packs both sides; OUTER_ROWS and OUTER_COLUMNS: a block of what it sums up.
 * BLOCK_NUMBERS: of A in a block of a product's rows.
 */
#ifndef TILE_ROWS
#if LANES == 16
/* Intel(R) Xeon(R) Processor, cc (Debian 12.2.0-14+deb12u1) 12.2.0, 2026-11-26: 105 GFLOP/s */
#define TILE_ROWS 14
#define CHUNK 256
#define OUTER_ROWS 1024
#define OUTER_COLUMNS 512
#define BLOCK_NUMBERS 98304
#elif LANES == 8
/* Intel(R) Xeon(R) Processor, cc (Debian 12.2.0-14+deb12u1) 12.2.0, 2026-11-26: 77.8 GFLOP/s */
#define TILE_ROWS 6
#define CHUNK 256
#define OUTER_ROWS 1024
#define OUTER_COLUMNS 512
#define BLOCK_NUMBERS 98304
#elif defined(__aarch64__)
/* Not measured yet: what its 32 registers hold. */
#define TILE_ROWS 12
#define CHUNK 256
#define OUTER_ROWS 1024
#define OUTER_COLUMNS 512
#define BLOCK_NUMBERS 98304
#else
/* Intel(R) Xeon(R) Processor, cc (Debian 12.2.0-14+deb12u1) 12.2.0, 2026-11-26: 31.1 GFLOP/s */
#define TILE_ROWS 4
#define CHUNK 256
#define OUTER_ROWS 1024
#define OUTER_COLUMNS 512
#define BLOCK_NUMBERS 98304
#endif
#endif

/* Vectors of B that a tile takes at once, and so the columns of a panel. */
#define TILE_VECTORS 2
#define PANEL (TILE_VECTORS * LANES)
