/* Vectors of floats as wide as the machine has them, and the primitives of lower/lane-primitives.ts on them. */
#ifndef RECURRA_LANES_H
#define RECURRA_LANES_H

#include <math.h>
#include <stdint.h>
#include <string.h>
#if defined(__AVX__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif

#define INLINE static inline __attribute__((always_inline, unused))

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef int32_t ivec __attribute__((vector_size(4 * LANES)));
typedef uint32_t uvec __attribute__((vector_size(4 * LANES)));
/* The same anywhere in memory. */
typedef float vec_at __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE vec load(const float *p) { return *(const vec_at *)p; }

/* The first `lanes` lanes, and nothing after them. */
INLINE void store(float *p, vec v, int64_t lanes) {
  if (lanes >= LANES) {
    *(vec_at *)p = v;
    return;
  }
#if LANES == 16
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << lanes) - 1), (__m512)v);
#else
  for (int64_t i = 0; i < lanes; i++) p[i] = v[i];
#endif
}

INLINE vec splat(float x) {
#if LANES == 16
  return (vec)_mm512_set1_ps(x);
#elif LANES == 8
  return (vec)_mm256_set1_ps(x);
#else
  return (vec){x, x, x, x};
#endif
}

INLINE ivec splat_integer(int32_t x) {
#if LANES == 16
  return (ivec)_mm512_set1_epi32(x);
#elif LANES == 8
  return (ivec)_mm256_set1_epi32(x);
#else
  return (ivec){x, x, x, x};
#endif
}

/* 0, 1, 2, … */
INLINE ivec counted(void) {
  ivec v;
  for (int i = 0; i < LANES; i++) v[i] = i;
  return v;
}

INLINE ivec bits(vec a) { return (ivec)a; }
INLINE vec as_float(ivec a) { return (vec)a; }
INLINE vec to_float(ivec a) { return __builtin_convertvector(a, vec); }
INLINE vec multiply_add(vec a, vec b, vec c) { return a * b + c; }
INLINE ivec less(vec a, vec b) { return (ivec)(a < b); }
INLINE ivec equal(vec a, vec b) { return (ivec)(a == b); }
INLINE ivec less_integer(ivec a, ivec b) { return (ivec)(a < b); }
INLINE vec absolute(vec a) { return (vec)((ivec)a & splat_integer(0x7fffffff)); }

#if LANES == 16
INLINE vec choose(ivec mask, vec a, vec b) {
  return (vec)_mm512_mask_blend_ps(_mm512_movepi32_mask((__m512i)mask), (__m512)b, (__m512)a);
}
INLINE vec smaller(vec a, vec b) { return (vec)_mm512_min_ps((__m512)b, (__m512)a); }
INLINE vec larger(vec a, vec b) { return (vec)_mm512_max_ps((__m512)b, (__m512)a); }
INLINE vec square_root(vec a) { return (vec)_mm512_sqrt_ps((__m512)a); }
INLINE vec round_down(vec a) { return (vec)_mm512_roundscale_ps((__m512)a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
/* By an estimate of 1 / b to 14 bits, and one step of Newton's method: a third of the time of a division. */
INLINE vec quotient(vec a, vec b) {
  vec x = (vec)_mm512_rcp14_ps((__m512)b);
  return a * (x + x * (splat(1.0f) - b * x));
}
#else
INLINE vec choose(ivec mask, vec a, vec b) { return (vec)((mask & (ivec)a) | (~mask & (ivec)b)); }
INLINE vec quotient(vec a, vec b) { return a / b; }
#if LANES == 8
INLINE vec smaller(vec a, vec b) { return (vec)_mm256_min_ps((__m256)b, (__m256)a); }
INLINE vec larger(vec a, vec b) { return (vec)_mm256_max_ps((__m256)b, (__m256)a); }
INLINE vec square_root(vec a) { return (vec)_mm256_sqrt_ps((__m256)a); }
INLINE vec round_down(vec a) { return (vec)_mm256_floor_ps((__m256)a); }
#else
INLINE vec smaller(vec a, vec b) { return choose(less(b, a), b, a); }
INLINE vec larger(vec a, vec b) { return choose(less(a, b), b, a); }
INLINE vec square_root(vec a) {
  for (int i = 0; i < LANES; i++) a[i] = sqrtf(a[i]);
  return a;
}
INLINE vec round_down(vec a) {
  for (int i = 0; i < LANES; i++) a[i] = floorf(a[i]);
  return a;
}
#endif
#endif

/* NaN if either is. */
INLINE vec least_of(vec a, vec b) { return choose(equal(b, b), smaller(a, b), b); }
INLINE vec most_of(vec a, vec b) { return choose(equal(b, b), larger(a, b), b); }

/* The first lanes' sum or largest, in an order that depends on nothing but the number of lanes of the machine. */
INLINE float sum_of(vec a) {
  float sum = a[0];
  for (int i = 1; i < LANES; i++) sum += a[i];
  return sum;
}
INLINE float largest_of(vec a) {
  float largest = a[0];
  for (int i = 1; i < LANES; i++) largest = a[i] != a[i] || a[i] > largest ? a[i] : largest;
  return largest;
}
/* What lies past the first lanes replaced by a number. */
INLINE vec keep_first(vec a, int64_t lanes, float other) {
  return lanes >= LANES ? a : choose(less_integer(counted(), splat_integer((int32_t)lanes)), a, splat(other));
}

/* The hash of lower/random.ts, uniform in [0, 1). */
INLINE vec random_of(int32_t seed, uint32_t salt, ivec counter) {
  uint32_t first = (uint32_t)seed * 0x9e3779b1u ^ salt * 0x85ebca6bu;
  uvec x = (uvec)splat_integer((int32_t)first) ^ (uvec)counter;
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  x ^= x >> 16;
  return to_float((ivec)(x >> 8)) * splat(0x1p-24f);
}

#endif
