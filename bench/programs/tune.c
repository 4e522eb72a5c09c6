/**
 * How fast products and outer products are as this was compiled, as a line of JSON: the lanes of a vector and, for each argument, GFLOP/s.
 * An argument is `product:ROWS:COLUMNS:DEPTH` or `outer:ROWS:COLUMNS:DEPTH`.
 */
#include "runtime.c"
#include <time.h>

/* Each shape is measured so often, for at least so long; the fastest counts. */
#define TRIALS 3
#define WORK 2e7

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static float *numbers(int64_t count) {
  float *all = aligned_alloc(64, (size_t)((count + 64) * 4 + 63) / 64 * 64);
  for (int64_t i = 0; i < count + 64; i++) all[i] = (float)(i * 7919 % 1000) * 1e-3f - 0.5f;
  return all;
}

/* Rows of gates end in free numbers where they would all lie in the same places of a cache. */
static int64_t spread(int64_t columns) { return columns % 256 == 0 ? columns + 16 : columns; }

static double measure(int is_outer, int64_t rows, int64_t columns, int64_t depth) {
  struct context c = {.threads = 1};
  int64_t a_row = spread(is_outer ? rows : depth);
  float *a = numbers((is_outer ? depth : rows) * a_row), *b = numbers(depth * (columns + 3)), *to = numbers(rows * columns);
  struct product product_of = {.rows = rows, .to = rows, .columns = columns, .depth = depth, .segments = 1, .a = a,
                               .a_row = a_row, .b = b, .c = to, .c_row = columns};
  struct part part = {.c = to, .c_row = columns, .rows = rows};
  struct outer outer_of = {.rows = rows, .columns = columns, .depth = depth, .a = a, .a_row = a_row, .b = b,
                           .b_row = columns, .parts = &part, .count = 1, .accumulate = 1};
  double work = 2.0 * (double)rows * (double)columns * (double)depth, best = 1e9;
  int64_t times = (int64_t)(WORK / work) + 1;
  for (int trial = 0; trial < TRIALS; trial++) {
    double start = seconds();
    for (int64_t i = 0; i < times; i++) {
      if (is_outer) outer(&c, &outer_of);
      else product(&c, &product_of);
    }
    double took = (seconds() - start) / (double)times;
    if (took < best) best = took;
  }
  free(a);
  free(b);
  free(to);
  return work / best / 1e9;
}

int main(int count, char **shapes) {
  printf("{\"lanes\": %d, \"rates\": [", LANES);
  for (int i = 1; i < count; i++) {
    char *place = strchr(shapes[i], ':') + 1;
    int64_t rows = strtol(place, &place, 10), columns = strtol(place + 1, &place, 10), depth = strtol(place + 1, &place, 10);
    printf("%s%.3f", i > 1 ? ", " : "", measure(shapes[i][0] == 'o', rows, columns, depth));
  }
  printf("]}\n");
  return 0;
}
