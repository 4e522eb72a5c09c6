/* Products of rows with a packed matrix, cut into tiles. */
#ifndef RECURRA_PRODUCT_H
#define RECURRA_PRODUCT_H

#include "tile.h"

/* Rows of the i-th of so many tiles that cut `rows` rows as evenly as may be. */
static inline int64_t height_of(int64_t rows, int64_t tiles, int64_t i) { return rows / tiles + (i < rows % tiles); }

static int64_t tiles_of(int64_t rows) { return (rows + TILE_ROWS - 1) / TILE_ROWS; }

/* A block of rows against some panels, whose first has `lanes` lanes in its last vector (a tail panel comes alone). */
static void multiply_rows(struct tile t, int64_t rows, int vectors) {
  int64_t tiles = tiles_of(rows);
  for (int64_t i = 0; i < tiles; i++) {
    int64_t of = height_of(rows, tiles, i);
    many[of][vectors - 1](&t);
    t.a += of * t.a_row;
    t.c += of * t.c_row;
  }
}

static void multiply_few(struct tile t, int64_t rows, int slot, enum format format) {
  while (rows > 0) {
    int64_t of = least(rows, FEW_ROWS);
    (format == FLOAT32 ? few_FLOAT32 : format == FLOAT16 ? few_FLOAT16 : few_INT8)[of - 1][slot](&t);
    t.a += of * t.a_row;
    t.c += of * t.c_row;
    rows -= of;
  }
}

static int64_t bytes_of(enum format format) { return format == FLOAT32 ? 4 : format == FLOAT16 ? 2 : 1; }

/* Address of the panel that begins at `column`. */
static const float *panel_at(const void *b, enum format format, int64_t column, int64_t depth) {
  return (const float *)((const char *)b + column * depth * bytes_of(format));
}

/* Columns of a packed matrix: whole vectors of four, or of sixteen in fewer bits. */
static int64_t packed_columns(int64_t columns, enum format format) {
  return format == FLOAT32 ? (columns + 3) / 4 * 4 : (columns + 15) / 16 * 16;
}

static void multiply_block(const struct product *p, int64_t row, int64_t rows, int64_t from, int64_t to) {
  const int64_t depth = p->depth * p->segments;
  const int is_few = rows <= FEW_ROWS || p->format != FLOAT32;
  const int64_t whole = packed_columns(p->columns, p->format);
  const float *scales = (const float *)((const char *)p->b + whole * depth);
  struct tile t = {
      .a = p->a + row * p->a_row, .a_row = p->a_row, .a_depth = 1, .a_segment = p->a_segment,
      .depth = p->depth, .segments = p->segments, .c_row = p->c_row, .accumulate = p->accumulate};
  for (int64_t column = from; column < to;) {
    int64_t width = least(PANEL, whole - column);
    int together = is_few && rows <= FEW_ROWS ? panels_of_few[rows - 1] : 1;
    if (column + together * PANEL > to) together = 1;
    int64_t stored = least(width, p->columns - column);
    int vectors = (int)((stored + LANES - 1) / LANES);
    t.b = panel_at(p->b, p->format, column, depth);
    t.b_depth = width;
    t.b_panel = PANEL * depth;
    t.c = p->c + row * p->c_row + column;
    t.lanes = stored - (vectors - 1) * LANES;
    t.scales = scales + column;
    if (is_few) multiply_few(t, rows, together > 1 ? 2 : vectors - 1, p->format);
    else multiply_rows(t, rows, vectors);
    column += together > 1 ? together * PANEL : width;
  }
}

/*
 * for each block of rows: for each panel of B: for each tile of the block's rows
 *
 * All panels of B go by for each block, so the block's numbers of A should stay in a second-level cache.
 */
static void product(const struct context *c, const struct product *p) {
  struct range rows = p->split == ROWS ? share(c, p->rows, 1, p->from, p->to) : (struct range){p->from, p->to};
  struct range columns =
      p->split == COLUMNS ? share(c, p->columns, PANEL, 0, p->columns) : (struct range){0, p->columns};
  int64_t block = most(2 * TILE_ROWS, BLOCK_NUMBERS / (p->depth * p->segments) / TILE_ROWS * TILE_ROWS);
  for (int64_t row = rows.from; row < rows.to; row += block)
    multiply_block(p, row, least(block, rows.to - row), columns.from, columns.to);
}

#endif
