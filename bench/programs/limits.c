/**
 * What one thread of this machine can do at most, as a line of JSON: multiply-adds with the widest vectors and with 128 bits (GFLOP/s), and reading
 * over and over what lies in so many bytes (GB/s).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__AVX512F__)
#define WIDEST 64
#elif defined(__AVX__)
#define WIDEST 32
#else
#define WIDEST 16
#endif

typedef float wide __attribute__((vector_size(WIDEST)));
typedef float narrow __attribute__((vector_size(16)));
typedef uint32_t bits __attribute__((vector_size(WIDEST)));

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static volatile float sink, factor = 0.999f, summand = 1e-3f;

/* Twelve independent sums: more than four steps of latency times two multiply-adds a cycle, and fewer than there are registers. */
#define TWELVE(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)
#define START(n) vector s##n = (vector){0} + (float)n;
#define STEP(n) s##n = s##n * a + b;
#define SUM(n) all += s##n;
/* An empty instruction that might have changed the sums: without it a compiler could run the loop in another form. */
#define HOLD(n) __asm__ volatile("" : "+x"(s##n));

#define DEFINE_MULTIPLY(NAME, VECTOR)                       \
  static double NAME(long steps) {                          \
    typedef VECTOR vector;                                  \
    vector a = (vector){0} + factor, b = (vector){0} + summand; \
    TWELVE(START)                                           \
    double start = seconds();                               \
    for (long i = 0; i < steps; i++) {                      \
      TWELVE(STEP)                                          \
      TWELVE(HOLD)                                          \
    }                                                       \
    double took = seconds() - start;                        \
    vector all = a;                                         \
    TWELVE(SUM)                                             \
    sink = all[0];                                          \
    return 2.0 * 12.0 * (double)steps * (double)(sizeof(vector) / 4) / took / 1e9; \
  }

#if defined(__x86_64__)
#undef HOLD
#define HOLD(n) __asm__ volatile("" : "+v"(s##n));
#elif defined(__aarch64__)
#undef HOLD
#define HOLD(n) __asm__ volatile("" : "+w"(s##n));
#endif

DEFINE_MULTIPLY(multiplyWide, wide)
DEFINE_MULTIPLY(multiplyNarrow, narrow)

static double best(double (*run)(long)) {
  double most = 0;
  for (int i = 0; i < 5; i++) {
    double rate = run(10000000);
    if (rate > most) most = rate;
  }
  return most;
}

static double readOver(const bits *from, size_t bytes) {
  size_t count = bytes / sizeof(bits);
  double most = 0;
  for (int trial = 0; trial < 5; trial++) {
    size_t passes = ((size_t)1 << 28) / bytes;
    if (passes == 0) passes = 1;
    bits s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, s4 = {0}, s5 = {0}, s6 = {0}, s7 = {0};
    double start = seconds();
    for (size_t pass = 0; pass < passes; pass++) {
      /* What is read may have changed since the last pass. */
      __asm__ volatile("" : : "r"(from) : "memory");
      for (size_t i = 0; i < count; i += 8) {
        s0 |= from[i], s1 |= from[i + 1], s2 |= from[i + 2], s3 |= from[i + 3];
        s4 |= from[i + 4], s5 |= from[i + 5], s6 |= from[i + 6], s7 |= from[i + 7];
      }
    }
    double took = seconds() - start;
    bits all = s0 | s1 | s2 | s3 | s4 | s5 | s6 | s7;
    sink = (float)all[0];
    double rate = (double)passes * (double)bytes / took / 1e9;
    if (rate > most) most = rate;
  }
  return most;
}

/** Arguments: how many bytes to read, each a multiple of 512. */
int main(int count, char **sizes) {
  printf("{\"bits\":%d,\"peak\":%.2f,\"peak128\":%.2f,\"bandwidth\":[", WIDEST * 8, best(multiplyWide), best(multiplyNarrow));
  for (int i = 1; i < count; i++) {
    size_t bytes = (size_t)atoll(sizes[i]);
    void *from = NULL;
    if (posix_memalign(&from, 4096, bytes) != 0) return 1;
    memset(from, 1, bytes);
    printf("%s{\"bytes\":%zu,\"rate\":%.2f}", i == 1 ? "" : ",", bytes, readOver(from, bytes));
    free(from);
  }
  printf("]}\n");
  return 0;
}
