/* What a printed program and the runtime know of each other: where memory is, who of how many threads runs, and the statements that are loops. */
#ifndef RECURRA_CONTEXT_H
#define RECURRA_CONTEXT_H

#include <stdint.h>

/* How threads share a statement, see lower/threads.ts. */
enum split { WHOLE, ROWS, COLUMNS };

enum format { FLOAT32, FLOAT16, INT8 };

/* Rows [from, to) of a statement's `rows`: all of them unless it has a window. */
struct product {
  int64_t rows, from, to, columns, depth, segments;
  const float *a;
  int64_t a_row, a_segment;
  const float *b;
  float *c;
  int64_t c_row;
  int accumulate;
  enum format format;
  enum split split;
};

struct part {
  float *c;
  int64_t c_row, rows, at;
};

struct outer {
  int64_t rows, columns, depth;
  const float *a;
  int64_t a_row;
  const float *b;
  int64_t b_row;
  const struct part *parts;
  int count;
  int accumulate;
  enum split split;
};

struct block {
  const float *from;
  int64_t depth_stride, column_stride, depth, columns, depth_at, column_at;
};

struct pack {
  int64_t depth, columns;
  const struct block *blocks;
  int count;
  float *to;
  enum format format;
  enum split split;
};

struct fill {
  float *to;
  int64_t length;
  float value;
  enum split split;
};

struct team;

struct context {
  float *memory;
  /* Every number of the program that depends on sizes, so that programs of one cell share their text, and so their machine code. */
  const int64_t *numbers;
  int64_t thread, threads;
  struct team *team;
  void (*barrier)(const struct context *);
  void (*product)(const struct context *, const struct product *);
  void (*outer)(const struct context *, const struct outer *);
  void (*pack)(const struct context *, const struct pack *);
  void (*fill)(const struct context *, const struct fill *);
};

typedef void program_function(const struct context *);

/* Of n units, thread i works on those from share_start(c, n, i) to share_start(c, n, i + 1). */
static inline int64_t share_start(const struct context *c, int64_t n, int64_t thread) { return n * thread / c->threads; }

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t most(int64_t a, int64_t b) { return a < b ? b : a; }

/* The part of [from, to), in units of `unit` counted over `whole`, that is this thread's. */
struct range {
  int64_t from, to;
};

static inline struct range share(const struct context *c, int64_t whole, int64_t unit, int64_t from, int64_t to) {
  int64_t units = (whole + unit - 1) / unit;
  return (struct range){most(from, share_start(c, units, c->thread) * unit),
                        least(to, share_start(c, units, c->thread + 1) * unit)};
}

#endif
