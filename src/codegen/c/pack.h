/* Packs matrices into panels, in as many bits as are asked for, and fills. */
#ifndef RECURRA_PACK_H
#define RECURRA_PACK_H

#include <stdlib.h>
#include "product.h"

/* To nearest, ties to even; what is too small for a normal half becomes zero, what is too large the largest half. */
static int16_t half_of(float x) {
  union { float f; uint32_t u; } v = {x};
  uint32_t sign = v.u >> 16 & 0x8000, magnitude = v.u & 0x7fffffff;
  if (magnitude > 0x7f800000) return (int16_t)(sign | 0x7e00);
  uint32_t rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
  if (rounded < 0x38800000) return (int16_t)sign;
  if (rounded >= 0x47800000) return (int16_t)(sign | 0x7bff);
  return (int16_t)(sign | (rounded - 0x38000000) >> 13);
}

/* Panels of `depth` steps, `width` columns wide, the first of which is the matrix's column `column`: floats from one block. */
static void pack_block(const struct block *b, float *panel, int64_t column, int64_t width) {
  int64_t from = most(column, b->column_at), to = least(column + width, b->column_at + b->columns);
  if (from >= to) return;
  float *first = panel + b->depth_at * width + from - column;
  const float *source = b->from + (from - b->column_at) * b->column_stride;
  if (b->column_stride == 1) {
    for (int64_t k = 0; k < b->depth; k++)
      memcpy(first + k * width, source + k * b->depth_stride, (to - from) * sizeof(float));
    return;
  }
  /* A few columns at a time, so that what is written stays in a first-level cache. */
  for (int64_t k = 0; k < b->depth; k += 64)
    for (int64_t n = 0; n < to - from; n++)
      for (int64_t i = k; i < least(k + 64, b->depth); i++)
        first[i * width + n] = source[n * b->column_stride + i * b->depth_stride];
}

static void pack_floats(const struct pack *p, float *panel, int64_t column, int64_t width) {
  int64_t covered = 0;
  for (int i = 0; i < p->count; i++) covered += p->blocks[i].depth * p->blocks[i].columns;
  if (covered < p->depth * packed_columns(p->columns, p->format)) memset(panel, 0, p->depth * width * sizeof(float));
  for (int i = 0; i < p->count; i++) pack_block(&p->blocks[i], panel, column, width);
}

/* A panel in fewer bits, from one of floats. */
static void narrow_panel(const struct pack *p, const float *panel, int64_t column, int64_t width) {
  int64_t depth = p->depth;
  if (p->format == FLOAT16) {
    int16_t *to = (int16_t *)p->to + column * depth;
    for (int64_t i = 0; i < depth * width; i++) to[i] = half_of(panel[i]);
    return;
  }
  int8_t *to = (int8_t *)p->to + column * depth;
  float *scales = (float *)((char *)p->to + packed_columns(p->columns, p->format) * depth) + column;
  for (int64_t n = 0; n < width; n++) {
    float largest = 0;
    for (int64_t k = 0; k < depth; k++) largest = fmaxf(largest, fabsf(panel[k * width + n]));
    /* A scale that is no normal number is 1, and all of its column zero. */
    float scale = largest / 127 < 0x1p-126f ? 1 : largest / 127;
    scales[n] = scale;
    for (int64_t k = 0; k < depth; k++) to[k * width + n] = (int8_t)nearbyintf(panel[k * width + n] / scale);
  }
}

static void pack(const struct context *c, const struct pack *p) {
  int64_t whole = packed_columns(p->columns, p->format);
  struct range mine = p->split == COLUMNS ? share(c, whole, PANEL, 0, whole) : (struct range){0, whole};
  float *panel = p->format == FLOAT32 ? 0 : malloc(p->depth * PANEL * sizeof(float));
  for (int64_t column = mine.from; column < mine.to; column += PANEL) {
    int64_t width = least(PANEL, whole - column);
    pack_floats(p, panel ? panel : p->to + column * p->depth, column, width);
    if (panel) narrow_panel(p, panel, column, width);
  }
  free(panel);
}

static void fill(const struct context *c, const struct fill *f) {
  struct range mine = f->split == COLUMNS ? share(c, f->length, 64, 0, f->length) : (struct range){0, f->length};
  float *to = f->to;
  const float value = f->value;
  for (int64_t i = mine.from; i < mine.to; i++) to[i] = value;
}

#endif
