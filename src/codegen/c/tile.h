/* Tiles: blocks of a product whose sums lie in registers. */
#ifndef RECURRA_TILE_H
#define RECURRA_TILE_H

#include "context.h"
#include "lanes.h"
#include "tiles.h"

/*
 * Sums of a block of C, in registers while the depth runs by:
 *
 *     C[m][n] (+)= Σ_s Σ_k A[m][s][k] · B[s·depth + k][n]
 *
 * A's element (m, s, k) is at a + m·a_row + s·a_segment + k·a_depth, B's (k, n) at b + k·b_depth + n. `lanes` lanes of the last vector count.
 */
struct tile {
  const float *a;
  int64_t a_row, a_depth, a_segment, depth, segments;
  const float *b;
  /* From one step of depth to the next, and from one panel to the next, in numbers of B. */
  int64_t b_depth, b_panel;
  float *c;
  int64_t c_row;
  int64_t lanes;
  int accumulate;
  /* Of int8. */
  const float *scales;
};

/* Rows whose addresses one pointer serves: x86 has one, two and no strides in its addresses. */
#define STRIDED 3

/* Rows of the highest tile that any machine has. */
#define MOST_ROWS 14

typedef int16_t half_at __attribute__((vector_size(2 * LANES), aligned(2), may_alias));
typedef int8_t byte_at __attribute__((vector_size(LANES), aligned(1), may_alias));

INLINE vec load_bytes(const int8_t *p) {
#if LANES == 16
  return to_float((ivec)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p)));
#elif defined(__AVX2__)
  return to_float((ivec)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p)));
#else
  return to_float(__builtin_convertvector(*(const byte_at *)p, ivec));
#endif
}

/* Without an instruction for it: a half is a float but for its exponent, which a factor of 2^112 mends. */
INLINE vec load_halves(const int16_t *p) {
#if LANES == 16
  return (vec)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
#elif LANES == 8 && defined(__F16C__)
  return (vec)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
#else
  ivec wide = __builtin_convertvector(*(const half_at *)p, ivec);
  return as_float((wide << 13) & splat_integer((int32_t)0x8fffffff)) * splat(0x1p112f);
#endif
}

/* LANES numbers of a packed matrix, the first of them number `index`. */
INLINE vec load_packed(enum format format, const void *b, int64_t index) {
  if (format == FLOAT32) return load((const float *)b + index);
  return format == INT8 ? load_bytes((const int8_t *)b + index) : load_halves((const int16_t *)b + index);
}

/* `rows`, `vectors`, `panels` and `format` are constants wherever this is inlined, so all loops over them disappear. */
INLINE void tile(const int rows, const int vectors, const int panels, const enum format format, const struct tile *t) {
  vec sum[MOST_ROWS][8];
  const float *a[MOST_ROWS / STRIDED + 1];
  const int across = vectors * panels;
  const int64_t a_row = t->a_row;
#pragma GCC unroll 16
  for (int m = 0; m < rows; m++)
#pragma GCC unroll 8
    for (int j = 0; j < across; j++) sum[m][j] = splat(0);
#pragma GCC unroll 16
  for (int m = 0; m < rows; m += STRIDED) a[m / STRIDED] = t->a + m * a_row;
  const int64_t depth = t->depth, a_depth = t->a_depth, b_depth = t->b_depth, b_panel = t->b_panel;
  int64_t at = 0;
  for (int64_t s = 0; s < t->segments; s++) {
    for (int64_t k = 0; k < depth; k++) {
      vec b[8];
#pragma GCC unroll 4
      for (int p = 0; p < panels; p++)
#pragma GCC unroll 2
        for (int j = 0; j < vectors; j++)
          b[p * vectors + j] = load_packed(format, t->b, at + p * b_panel + j * LANES);
#pragma GCC unroll 16
      for (int m = 0; m < rows; m++) {
        vec x = splat(a[m / STRIDED][(m % STRIDED) * a_row]);
#pragma GCC unroll 8
        for (int j = 0; j < across; j++) sum[m][j] = multiply_add(x, b[j], sum[m][j]);
      }
#pragma GCC unroll 16
      for (int m = 0; m < rows; m += STRIDED) a[m / STRIDED] += a_depth;
      at += b_depth;
    }
#pragma GCC unroll 16
    for (int m = 0; m < rows; m += STRIDED) a[m / STRIDED] += t->a_segment - depth * a_depth;
  }
#pragma GCC unroll 16
  for (int m = 0; m < rows; m++) {
#pragma GCC unroll 8
    for (int j = 0; j < across; j++) {
      float *c = t->c + m * t->c_row + j * LANES;
      vec value = format == INT8 ? sum[m][j] * load(t->scales + j * LANES) : sum[m][j];
      if (t->accumulate) value += load(c);
      store(c, value, j == across - 1 ? t->lanes : LANES);
    }
  }
}

typedef void tile_function(const struct tile *);

#define TILE(rows, vectors, panels, format) \
  static void tile_##rows##_##vectors##_##panels##_##format(const struct tile *t) { tile(rows, vectors, panels, format, t); }
#define NAME(rows, vectors, panels, format) tile_##rows##_##vectors##_##panels##_##format

/* Few rows take several panels at once: enough sums to hide a multiply-add's latency, and as many streams from memory. */
#define FEW_ROWS 4
static const int panels_of_few[FEW_ROWS] = {4, 4, 2, 2};

#define FEW(format)                                                                                              \
  TILE(1, 1, 1, format) TILE(1, 2, 1, format) TILE(1, 2, 4, format) TILE(2, 1, 1, format) TILE(2, 2, 1, format)  \
  TILE(2, 2, 4, format) TILE(3, 1, 1, format) TILE(3, 2, 1, format) TILE(3, 2, 2, format) TILE(4, 1, 1, format)  \
  TILE(4, 2, 1, format) TILE(4, 2, 2, format)                                                                    \
  static tile_function *const few_##format[FEW_ROWS][3] = {                                                      \
      {NAME(1, 1, 1, format), NAME(1, 2, 1, format), NAME(1, 2, 4, format)},                                     \
      {NAME(2, 1, 1, format), NAME(2, 2, 1, format), NAME(2, 2, 4, format)},                                     \
      {NAME(3, 1, 1, format), NAME(3, 2, 1, format), NAME(3, 2, 2, format)},                                     \
      {NAME(4, 1, 1, format), NAME(4, 2, 1, format), NAME(4, 2, 2, format)}};

FEW(FLOAT32)
FEW(FLOAT16)
FEW(INT8)

#define MANY(rows) TILE(rows, 1, 1, FLOAT32) TILE(rows, 2, 1, FLOAT32)
#define MANY_NAMES(rows) {NAME(rows, 1, 1, FLOAT32), NAME(rows, 2, 1, FLOAT32)}
#if TILE_ROWS > 4
MANY(5) MANY(6)
#endif
#if TILE_ROWS > 6
MANY(7) MANY(8)
#endif
#if TILE_ROWS > 8
MANY(9) MANY(10) MANY(11) MANY(12)
#endif
#if TILE_ROWS > 12
MANY(13) MANY(14)
#endif

static tile_function *const many[][TILE_VECTORS] = {
    {0, 0},
    {NAME(1, 1, 1, FLOAT32), NAME(1, 2, 1, FLOAT32)},
    {NAME(2, 1, 1, FLOAT32), NAME(2, 2, 1, FLOAT32)},
    {NAME(3, 1, 1, FLOAT32), NAME(3, 2, 1, FLOAT32)},
    {NAME(4, 1, 1, FLOAT32), NAME(4, 2, 1, FLOAT32)},
#if TILE_ROWS > 4
    MANY_NAMES(5), MANY_NAMES(6),
#endif
#if TILE_ROWS > 6
    MANY_NAMES(7), MANY_NAMES(8),
#endif
#if TILE_ROWS > 8
    MANY_NAMES(9), MANY_NAMES(10), MANY_NAMES(11), MANY_NAMES(12),
#endif
#if TILE_ROWS > 12
    MANY_NAMES(13), MANY_NAMES(14),
#endif
};

#endif
