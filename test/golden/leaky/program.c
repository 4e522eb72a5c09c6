#include "context.h"

#include "lanes.h"

INLINE void map0_0(const int64_t j, const int64_t lanes, float *const p0, float *const p1) {
  vec v0 = load(p1 + j);
  store(p0 + j, v0, lanes);
}

static void map0(const struct context *c) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  const struct range mine = share(c, n[20], 1, 0, n[20]), rows = {0, 1};
  const struct range columns = {mine.from * n[22], least(mine.to * n[22], n[21])};
  for (int64_t row = rows.from; row < rows.to; row++) {
    float *const p0 = m + n[23] + row * n[24];
    float *const p1 = m + n[25] + row * n[26];
    {
      int64_t j = columns.from;
      for (; j + LANES <= columns.to; j += LANES) map0_0(j, LANES, p0, p1);
      if (j < columns.to) map0_0(j, columns.to - j, p0, p1);
    }
  }
}

INLINE void map1_0(const int64_t j, const int64_t lanes, float *const p0, float *const p1, float *const p2, float *const p3, float *const p4) {
  vec v0 = load(p0 + j);
  vec v1 = load(p1 + j);
  vec v2 = v0 + v1;
  vec v3_2 = larger(v2, splat(-9.25f));
  vec v3_4 = smaller(v3_2, splat(9.25f));
  vec v3_7 = multiply_add(v3_4, splat(2.885390043258667f), splat(12582912.0f));
  vec v3_8 = v3_7 - splat(12582912.0f);
  ivec v3_9 = bits(v3_7);
  vec v3_11 = multiply_add(v3_8, splat(-0.3465735912322998f), v3_4);
  vec v3_14 = multiply_add(splat(0.08920925110578537f), v3_11, splat(0.267729789018631f));
  vec v3_16 = multiply_add(v3_14, v3_11, splat(0.6666627526283264f));
  vec v3_18 = multiply_add(v3_16, v3_11, splat(1.3333234786987305f));
  vec v3_20 = multiply_add(v3_18, v3_11, splat(2.0f));
  vec v3_21 = v3_11 * v3_11;
  vec v3_22 = v3_11 + v3_11;
  vec v3_23 = multiply_add(v3_20, v3_21, v3_22);
  ivec v3_24 = v3_9 << 23;
  ivec v3_26 = v3_24 + splat_integer((int32_t)0x3f800000u);
  vec v3_27 = as_float(v3_26);
  vec v3_29 = v3_27 - splat(1.0f);
  vec v3_30 = multiply_add(v3_27, v3_23, v3_29);
  vec v3_31 = v3_30 + splat(2.0f);
  vec v3 = quotient(v3_30, v3_31);
  store(p0 + j, v3, lanes);
  vec v5 = load(p3 + j);
  vec v6 = splat(0.699999988079071f) * v5;
  vec v8 = splat(0.30000001192092896f) * v3;
  vec v9 = v6 + v8;
  store(p2 + j, v9, lanes);
  store(p4 + j, v9, lanes);
}

static void map1(const struct context *c, int64_t t0) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  const struct range rows = share(c, n[50], 1, 0, n[50]);
  const struct range columns = (struct range){0, n[51]};
  for (int64_t row = rows.from; row < rows.to; row++) {
    float *const p0 = m + n[52] + t0 * n[53] + row * n[54];
    float *const p1 = m + n[55];
    float *const p2 = m + n[56] + t0 * n[57] + row * n[58];
    float *const p3 = m + n[59] + t0 * n[60] + row * n[61];
    float *const p4 = m + n[62] + t0 * n[63] + row * n[64];
    {
      int64_t j = columns.from;
      for (; j + LANES <= columns.to; j += LANES) map1_0(j, LANES, p0, p1, p2, p3, p4);
      if (j < columns.to) map1_0(j, columns.to - j, p0, p1, p2, p3, p4);
    }
  }
}

INLINE void map2_0(const int64_t j, const int64_t lanes, float *const p0, float *const p1) {
  vec v0 = load(p1 + j);
  store(p0 + j, v0, lanes);
}

static void map2(const struct context *c) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  const struct range mine = share(c, n[65], 1, 0, n[65]), rows = {0, 1};
  const struct range columns = {mine.from * n[67], least(mine.to * n[67], n[66])};
  for (int64_t row = rows.from; row < rows.to; row++) {
    float *const p0 = m + n[68] + row * n[69];
    float *const p1 = m + n[70] + row * n[71];
    {
      int64_t j = columns.from;
      for (; j + LANES <= columns.to; j += LANES) map2_0(j, LANES, p0, p1);
      if (j < columns.to) map2_0(j, columns.to - j, p0, p1);
    }
  }
}

INLINE void map3_0(const int64_t j, const int64_t lanes, float *const p0, float *const p1) {
  vec v0 = load(p1 + j);
  store(p0 + j, v0, lanes);
}

static void map3(const struct context *c) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  const struct range rows = share(c, n[98], 1, 0, n[98]);
  const struct range columns = (struct range){0, n[99]};
  for (int64_t row = rows.from; row < rows.to; row++) {
    float *const p0 = m + n[100] + row * n[101];
    float *const p1 = m + n[102] + row * n[103];
    {
      int64_t j = columns.from;
      for (; j + LANES <= columns.to; j += LANES) map3_0(j, LANES, p0, p1);
      if (j < columns.to) map3_0(j, columns.to - j, p0, p1);
    }
  }
}

INLINE void map4_0(const int64_t j, const int64_t lanes, float *const p0, float *const p1, float *const p2) {
  vec v0 = load(p1 + j);
  vec v1 = load(p2 + j);
  vec v2 = v0 + v1;
  vec v4 = v2 * splat(0.30000001192092896f);
  vec v6 = load(p0 + j);
  vec v7 = v6 * v6;
  vec v8 = splat(1.0f) - v7;
  vec v9 = v4 * v8;
  store(p0 + j, v9, lanes);
}

static void map4(const struct context *c, int64_t t1) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  const struct range rows = share(c, n[105], 1, 0, n[105]);
  const struct range columns = (struct range){0, n[106]};
  for (int64_t row = rows.from; row < rows.to; row++) {
    float *const p0 = m + n[107] + t1 * n[108] + row * n[109];
    float *const p1 = m + n[110] + t1 * n[111] + row * n[112];
    float *const p2 = m + n[113] + row * n[114];
    {
      int64_t j = columns.from;
      for (; j + LANES <= columns.to; j += LANES) map4_0(j, LANES, p0, p1, p2);
      if (j < columns.to) map4_0(j, columns.to - j, p0, p1, p2);
    }
  }
}

INLINE void map5_0(const int64_t j, const int64_t lanes, float *const p0, float *const p1, float *const p2) {
  vec v0 = load(p1 + j);
  vec v1 = load(p0 + j);
  vec v2 = v0 + v1;
  vec v4 = v2 * splat(0.699999988079071f);
  vec v5 = load(p2 + j);
  vec v6 = v4 + v5;
  store(p0 + j, v6, lanes);
}

static void map5(const struct context *c, int64_t t1) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  const struct range rows = share(c, n[126], 1, 0, n[126]);
  const struct range columns = (struct range){0, n[127]};
  for (int64_t row = rows.from; row < rows.to; row++) {
    float *const p0 = m + n[128] + row * n[129];
    float *const p1 = m + n[130] + t1 * n[131] + row * n[132];
    float *const p2 = m + n[133] + row * n[134];
    {
      int64_t j = columns.from;
      for (; j + LANES <= columns.to; j += LANES) map5_0(j, LANES, p0, p1, p2);
      if (j < columns.to) map5_0(j, columns.to - j, p0, p1, p2);
    }
  }
}

INLINE void map6_0(const int64_t j, const int64_t lanes, float *const p0, float *const p1) {
  vec v0 = load(p1 + j);
  store(p0 + j, load(p0 + j) + v0, lanes);
}

static void map6(const struct context *c) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  const struct range rows = (struct range){0, n[135]};
  const struct range columns = (struct range){0, n[136]};
  for (int64_t row = rows.from; row < rows.to; row++) {
    float *const p0 = m + n[137];
    float *const p1 = m + n[138] + row * n[139];
    {
      int64_t j = columns.from;
      for (; j + LANES <= columns.to; j += LANES) map6_0(j, LANES, p0, p1);
      if (j < columns.to) map6_0(j, columns.to - j, p0, p1);
    }
  }
}

INLINE void map7_0(const int64_t j, const int64_t lanes, float *const p0, float *const p1) {
  vec v0 = load(p1 + j);
  store(p0 + j, v0, lanes);
}

static void map7(const struct context *c) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  const struct range rows = share(c, n[150], 1, 0, n[150]);
  const struct range columns = (struct range){0, n[151]};
  for (int64_t row = rows.from; row < rows.to; row++) {
    float *const p0 = m + n[152] + row * n[153];
    float *const p1 = m + n[154] + row * n[155];
    {
      int64_t j = columns.from;
      for (; j + LANES <= columns.to; j += LANES) map7_0(j, LANES, p0, p1);
      if (j < columns.to) map7_0(j, columns.to - j, p0, p1);
    }
  }
}

INLINE void map8_0(const int64_t j, const int64_t lanes, float *const p0, float *const p1) {
  vec v0 = load(p1 + j);
  store(p0 + j, v0, lanes);
}

static void map8(const struct context *c) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  const struct range rows = share(c, n[178], 1, 0, n[178]);
  const struct range columns = (struct range){0, n[179]};
  for (int64_t row = rows.from; row < rows.to; row++) {
    float *const p0 = m + n[180] + row * n[181];
    float *const p1 = m + n[182] + row * n[183];
    {
      int64_t j = columns.from;
      for (; j + LANES <= columns.to; j += LANES) map8_0(j, LANES, p0, p1);
      if (j < columns.to) map8_0(j, columns.to - j, p0, p1);
    }
  }
}

static void function0(const struct context *c) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  (void)m, (void)n;
  c->pack(c, &(struct pack){.depth = n[7], .columns = n[8], .blocks = (struct block[]){{m + n[6], n[0], n[1], n[2], n[3], n[4], n[5]}}, .count = 1, .to = m + n[9], .format = FLOAT32, .split = COLUMNS});
  c->pack(c, &(struct pack){.depth = n[17], .columns = n[18], .blocks = (struct block[]){{m + n[16], n[10], n[11], n[12], n[13], n[14], n[15]}}, .count = 1, .to = m + n[19], .format = FLOAT32, .split = COLUMNS});
  map0(c);
  c->barrier(c);
  c->product(c, &(struct product){.rows = n[27], .from = 0, .to = n[27], .columns = n[28], .depth = n[29], .segments = n[30], .a = m + n[31], .a_row = n[32], .a_segment = n[33], .b = m + n[34], .c = m + n[35], .c_row = n[36], .accumulate = 0, .format = FLOAT32, .split = ROWS});
  c->barrier(c);
  for (int64_t t0 = 0; t0 < n[37]; t0++) {
    c->product(c, &(struct product){.rows = n[38], .from = 0, .to = n[38], .columns = n[39], .depth = n[40], .segments = n[41], .a = m + n[42] + t0 * n[43], .a_row = n[44], .a_segment = n[45], .b = m + n[46], .c = m + n[47] + t0 * n[48], .c_row = n[49], .accumulate = 1, .format = FLOAT32, .split = ROWS});
    map1(c, t0);
  }
  map2(c);
}

static void function1(const struct context *c) {
  float *const m = c->memory;
  const int64_t *const n = c->numbers;
  (void)m, (void)n;
  if (c->thread == 0) {
    c->fill(c, &(struct fill){.to = m + n[72], .length = n[73], .value = 0.0f, .split = WHOLE});
  }
  if (c->thread == 0) {
    c->fill(c, &(struct fill){.to = m + n[74], .length = n[75], .value = 0.0f, .split = WHOLE});
  }
  if (c->thread == 0) {
    c->fill(c, &(struct fill){.to = m + n[76], .length = n[77], .value = 0.0f, .split = WHOLE});
  }
  c->pack(c, &(struct pack){.depth = n[85], .columns = n[86], .blocks = (struct block[]){{m + n[84], n[78], n[79], n[80], n[81], n[82], n[83]}}, .count = 1, .to = m + n[87], .format = FLOAT32, .split = COLUMNS});
  c->pack(c, &(struct pack){.depth = n[95], .columns = n[96], .blocks = (struct block[]){{m + n[94], n[88], n[89], n[90], n[91], n[92], n[93]}}, .count = 1, .to = m + n[97], .format = FLOAT32, .split = COLUMNS});
  map3(c);
  c->barrier(c);
  for (int64_t t1 = n[104] - 1; t1 >= 0; t1--) {
    map4(c, t1);
    c->product(c, &(struct product){.rows = n[115], .from = 0, .to = n[115], .columns = n[116], .depth = n[117], .segments = n[118], .a = m + n[119] + t1 * n[120], .a_row = n[121], .a_segment = n[122], .b = m + n[123], .c = m + n[124], .c_row = n[125], .accumulate = 0, .format = FLOAT32, .split = ROWS});
    map5(c, t1);
  }
  c->barrier(c);
  if (c->thread == 0) {
    map6(c);
  }
  c->product(c, &(struct product){.rows = n[140], .from = 0, .to = n[140], .columns = n[141], .depth = n[142], .segments = n[143], .a = m + n[144], .a_row = n[145], .a_segment = n[146], .b = m + n[147], .c = m + n[148], .c_row = n[149], .accumulate = 0, .format = FLOAT32, .split = ROWS});
  map7(c);
  c->barrier(c);
  c->outer(c, &(struct outer){.rows = n[161], .columns = n[162], .depth = n[156], .a = m + n[163], .a_row = n[164], .b = m + n[165], .b_row = n[166], .parts = (struct part[]){{m + n[157], n[158], n[159], n[160]}}, .count = 1, .accumulate = 1, .split = ROWS});
  c->outer(c, &(struct outer){.rows = n[172], .columns = n[173], .depth = n[167], .a = m + n[174], .a_row = n[175], .b = m + n[176], .b_row = n[177], .parts = (struct part[]){{m + n[168], n[169], n[170], n[171]}}, .count = 1, .accumulate = 1, .split = ROWS});
  map8(c);
}

program_function *const recurra_functions[] = {function0, function1};
