/* What every printed program runs on: matrix products in tiles, packed matrices, threads that take their shares, and the way in from JavaScript. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "context.h"
#include "lanes.h"
#include "tiles.h"

/* ---- Tiles ---- */

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

typedef int16_t half_at __attribute__((vector_size(2 * LANES), aligned(2), may_alias));
typedef int8_t byte_at __attribute__((vector_size(LANES), aligned(1), may_alias));

/* LANES numbers of a packed matrix, the first of them number `index`. A half is a float but for its exponent, which a factor of 2^112 mends. */
INLINE vec load_packed(enum format format, const void *b, int64_t index) {
  if (format == FLOAT32) return load((const float *)b + index);
  if (format == INT8) return to_float(__builtin_convertvector(*(const byte_at *)((const int8_t *)b + index), ivec));
  ivec wide = __builtin_convertvector(*(const half_at *)((const int16_t *)b + index), ivec);
  return as_float((wide << 13) & splat_integer((int32_t)0x8fffffff)) * splat(0x1p112f);
}

/* `rows`, `vectors`, `panels` and `format` are constants wherever this is inlined, so all loops over them disappear. */
INLINE void tile(const int rows, const int vectors, const int panels, const enum format format, const struct tile *t) {
  vec sum[TILE_ROWS][8];
  const float *a[TILE_ROWS / STRIDED + 1];
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

static tile_function *const many[TILE_ROWS + 1][TILE_VECTORS] = {
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

/* ---- Products ---- */

/* Rows of the i-th of so many tiles that cut `rows` rows as evenly as may be. */
static inline int64_t height_of(int64_t rows, int64_t tiles, int64_t i) { return rows / tiles + (i < rows % tiles); }

static int64_t tiles_of(int64_t rows) { return (rows + TILE_ROWS - 1) / TILE_ROWS; }

/* Numbers of A in a block of rows: all panels of B go by for each, so it should stay in a second-level cache. */
#define BLOCK_NUMBERS (96 * 1024)

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

/* for each block of rows: for each panel of B: for each tile of the block's rows */
static void product(const struct context *c, const struct product *p) {
  struct range rows = p->split == ROWS ? share(c, p->rows, 1, p->from, p->to) : (struct range){p->from, p->to};
  struct range columns =
      p->split == COLUMNS ? share(c, p->columns, PANEL, 0, p->columns) : (struct range){0, p->columns};
  int64_t block = most(2 * TILE_ROWS, BLOCK_NUMBERS / (p->depth * p->segments) / TILE_ROWS * TILE_ROWS);
  for (int64_t row = rows.from; row < rows.to; row += block)
    multiply_block(p, row, least(block, rows.to - row), columns.from, columns.to);
}

/* ---- Outer products ---- */

/*
 * A block of C stays in a second-level cache while all of the depth goes by, in chunks of which both sides are packed: A's columns in
 * strips as wide as a tile is high, B's in panels. After each strip a cache line is left free: whole vectors may be stored, and strips do not
 * push one another out of a first-level cache.
 */
#define CHUNK 256
#define OUTER_ROWS 1024
#define OUTER_COLUMNS 512

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

/* ---- Packed matrices ---- */

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
  for (int64_t i = mine.from; i < mine.to; i++) f->to[i] = f->value;
}

/* ---- Threads ---- */

/* Rounds of waiting that keep a processor busy before it is given away: some ten microseconds within a call, a hundred between calls. */
#define SPINS_INSIDE 10000
#define SPINS_BETWEEN 50000

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#else
#define PAUSE() atomic_signal_fence(memory_order_seq_cst)
#endif

/* Those who run a call together. */
struct team {
  _Alignas(64) atomic_int arrived;
  _Alignas(64) atomic_int turn;
};

static void barrier(const struct context *c) {
  if (c->threads == 1) return;
  struct team *team = c->team;
  int turn = atomic_load_explicit(&team->turn, memory_order_relaxed);
  if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) == c->threads - 1) {
    atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
    atomic_store_explicit(&team->turn, turn + 1, memory_order_release);
    return;
  }
  for (int spins = 0; atomic_load_explicit(&team->turn, memory_order_acquire) == turn; spins++) {
    if (spins < SPINS_INSIDE) PAUSE();
    else sched_yield();
  }
}

struct session {
  void *library;
  program_function *const *functions;
  float *memory;
  const int64_t *numbers;
};

static struct team team;

static void run(const struct session *s, int function, int thread, int threads) {
  struct context c = {s->memory, s->numbers, thread, threads, &team, barrier, product, outer, pack, fill};
  s->functions[function](&c);
}

#define MOST_THREADS 64

/* One that waits for its next job. */
struct worker {
  _Alignas(64) atomic_int jobs;
  _Alignas(64) atomic_int done;
  int thread;
  pthread_mutex_t lock;
  pthread_cond_t wake;
};

static struct worker workers[MOST_THREADS];
static int started = 0;
/* Held by the thread whose call the workers do; another's call meanwhile is done by its own thread alone. */
static pthread_mutex_t pool = PTHREAD_MUTEX_INITIALIZER;
static const struct session *job_session;
static int job_function, job_threads;

static void *work(void *argument) {
  struct worker *w = argument;
  for (int done = 0;; done++) {
    for (int spins = 0; atomic_load_explicit(&w->jobs, memory_order_acquire) == done; spins++) {
      if (spins < SPINS_BETWEEN) {
        PAUSE();
        continue;
      }
      pthread_mutex_lock(&w->lock);
      while (atomic_load(&w->jobs) == done) pthread_cond_wait(&w->wake, &w->lock);
      pthread_mutex_unlock(&w->lock);
    }
    run(job_session, job_function, w->thread, job_threads);
    atomic_store_explicit(&w->done, done + 1, memory_order_release);
  }
  return 0;
}

/* Who loaded this file may let go of it, as a thread of JavaScript does when it ends: its code must stay as long as workers run it. */
static void stay_loaded(void) {
  Dl_info here;
  if (dladdr(workers, &here) != 0) dlopen(here.dli_fname, RTLD_NOW | RTLD_NODELETE);
}

/* Starts workers up to `count`; returns how many there are. The pool is held. */
static int start_workers(int count) {
  if (started == 0 && count > 0) stay_loaded();
  for (; started < count; started++) {
    struct worker *w = &workers[started];
    w->thread = started + 1;
    pthread_mutex_init(&w->lock, 0);
    pthread_cond_init(&w->wake, 0);
    pthread_t thread;
    if (pthread_create(&thread, 0, work, w) != 0) break;
    pthread_detach(thread);
  }
  return started < count ? started : count;
}

/* ---- The way in ---- */

/* A program in memory, or 0 and the reason in `error`. */
int64_t recurra_open(const char *file, float *memory, const int64_t *numbers, char *error, int32_t length) {
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  program_function *const *functions = library ? dlsym(library, "recurra_functions") : 0;
  struct session *s = functions ? malloc(sizeof *s) : 0;
  if (!s) {
    const char *why = library && functions ? "out of memory" : dlerror();
    snprintf(error, length, "%s", why ? why : "unknown");
    if (library) dlclose(library);
    return 0;
  }
  *s = (struct session){library, functions, memory, numbers};
  return (int64_t)(intptr_t)s;
}

/* Runs one function of the program with so many threads, or fewer where they are not to be had. */
void recurra_call(int64_t handle, int32_t function, int32_t threads) {
  const struct session *s = (const struct session *)(intptr_t)handle;
  if (threads <= 1 || pthread_mutex_trylock(&pool) != 0) {
    run(s, function, 0, 1);
    return;
  }
  int others = start_workers((threads < MOST_THREADS ? threads : MOST_THREADS) - 1);
  job_session = s;
  job_function = function;
  job_threads = others + 1;
  for (int i = 0; i < others; i++) {
    pthread_mutex_lock(&workers[i].lock);
    atomic_fetch_add_explicit(&workers[i].jobs, 1, memory_order_release);
    pthread_cond_signal(&workers[i].wake);
    pthread_mutex_unlock(&workers[i].lock);
  }
  run(s, function, 0, others + 1);
  for (int i = 0; i < others; i++) {
    int jobs = atomic_load_explicit(&workers[i].jobs, memory_order_relaxed);
    for (int spins = 0; atomic_load_explicit(&workers[i].done, memory_order_acquire) != jobs; spins++) {
      if (spins < SPINS_INSIDE) PAUSE();
      else sched_yield();
    }
  }
  pthread_mutex_unlock(&pool);
}

void recurra_close(int64_t handle) {
  struct session *s = (struct session *)(intptr_t)handle;
  dlclose(s->library);
  free(s);
}

/* Floats in a vector. */
int32_t recurra_lanes(void) { return LANES; }

/* Bytes by which an address is past a whole cache line. */
int32_t recurra_misalignment(const void *address) { return (int32_t)((uintptr_t)address % 64); }
