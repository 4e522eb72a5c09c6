/* Outer products: weight gradients, summed over all rows. */
#ifndef RECURRA_OUTER_H
#define RECURRA_OUTER_H

#include "product.h"

/*
 * A block of C stays in a second-level cache while all of the depth goes by, in chunks of which both sides are packed: A's columns in
 * strips as wide as a tile is high, B's in panels. After each strip a cache line is left free: whole vectors may be stored, and strips do not
 * push one another out of a first-level cache.
 */
static _Thread_local float chunk_of_a[CHUNK * OUTER_ROWS + (OUTER_ROWS / TILE_ROWS + 2) * 16] __attribute__((aligned(64)));
static _Thread_local float chunk_of_b[CHUNK * OUTER_COLUMNS + LANES] __attribute__((aligned(64)));

/* The first columns of some rows. */
static void copy_rows(float *to, int64_t to_row, const float *from, int64_t from_row, int64_t rows, int64_t columns) {
  for (int64_t k = 0; k < rows; k++, to += to_row, from += from_row) {
    int64_t n = 0;
    for (; n + LANES <= columns; n += LANES) *(vec_at *)(to + n) = load(from + n);
    if (n < columns) store(to + n, load(from + n), columns - n);
  }
}

/* Rows are read whole, in the order in which they lie. */
static void pack_strips(float *to, const float *from, int64_t row, int64_t depth, int64_t columns) {
  int64_t tiles = tiles_of(columns);
  for (int64_t k = 0; k < depth; k++, from += row) {
    const float *source = from;
    float *strip = to;
    for (int64_t i = 0; i < tiles; i++) {
      int64_t width = height_of(columns, tiles, i);
      float *place = strip + k * width;
      for (int j = 0; j < TILE_ROWS; j += LANES) *(vec_at *)(place + j) = load(source + j);
      source += width;
      strip += width * depth + 16;
    }
  }
}

static void pack_panels(float *to, const float *from, int64_t row, int64_t depth, int64_t columns) {
  for (int64_t n = 0; n < columns; n += PANEL) {
    int64_t width = least(PANEL, columns - n);
    copy_rows(to + n * depth, width, from + n, row, depth, width);
  }
}

/* A block of C += strips of A, transposed, times panels of B. */
static void multiply_strips(float *c, int64_t c_row, int64_t rows, int64_t columns, int64_t depth, int accumulate) {
  int64_t tiles = tiles_of(rows);
  const float *strip = chunk_of_a;
  for (int64_t i = 0; i < tiles; i++) {
    int64_t height = height_of(rows, tiles, i);
    struct tile t = {.a = strip, .a_row = 1, .a_depth = height, .depth = depth, .segments = 1, .c_row = c_row,
                     .accumulate = accumulate};
    for (int64_t n = 0; n < columns; n += PANEL) {
      int64_t width = least(PANEL, columns - n);
      int vectors = (int)((width + LANES - 1) / LANES);
      t.b = chunk_of_b + n * depth;
      t.b_depth = width;
      t.c = c + n;
      t.lanes = width - (vectors - 1) * LANES;
      many[height][vectors - 1](&t);
    }
    strip += height * depth + 16;
    c += height * c_row;
  }
}

/* for each chunk of the depth: pack both sides, multiply */
static void outer_block(const struct outer *o, const float *a, const float *b, float *c, int64_t c_row, int64_t rows,
                        int64_t columns) {
  int64_t chunks = (o->depth + CHUNK - 1) / CHUNK;
  for (int64_t i = 0; i < chunks; i++) {
    int64_t depth = height_of(o->depth, chunks, i);
    pack_strips(chunk_of_a, a, o->a_row, depth, rows);
    pack_panels(chunk_of_b, b, o->b_row, depth, columns);
    multiply_strips(c, c_row, rows, columns, depth, o->accumulate || i > 0);
    a += depth * o->a_row;
    b += depth * o->b_row;
  }
  if (chunks == 0 && !o->accumulate)
    for (int64_t m = 0; m < rows; m++) memset(c + m * c_row, 0, columns * sizeof(float));
}

/* for each part of C: for each block of its rows that are this thread's: for each block of its columns */
static void outer(const struct context *c, const struct outer *o) {
  for (int i = 0; i < o->count; i++) {
    const struct part *part = &o->parts[i];
    struct range mine = o->split == ROWS ? share(c, part->rows, 1, 0, part->rows) : (struct range){0, part->rows};
    int64_t from = mine.from, to = mine.to;
    if (o->columns == 1 && part->c_row == 1) {
      /* A column of C lies like a row: with A and B exchanged it is computed as vectors. */
      struct outer turned = *o;
      turned.a_row = o->b_row;
      turned.b_row = o->a_row;
      for (int64_t m = from; m < to; m += OUTER_COLUMNS)
        outer_block(&turned, o->b, o->a + part->at + m, part->c + m, 1, 1, least(OUTER_COLUMNS, to - m));
      continue;
    }
    for (int64_t m = from; m < to; m += OUTER_ROWS)
      for (int64_t n = 0; n < o->columns; n += OUTER_COLUMNS)
        outer_block(o, o->a + part->at + m, o->b + n, part->c + m * part->c_row + n, part->c_row,
                    least(OUTER_ROWS, to - m), least(OUTER_COLUMNS, o->columns - n));
  }
}

#endif
