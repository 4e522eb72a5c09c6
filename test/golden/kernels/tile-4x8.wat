(func $tile.4x8.a64+1.b8.c128 (param $a i32) (param $b i32) (param $end i32) (param $c i32)
  (local $s0_0 v128)
  (local $s0_1 v128)
  (local $s1_0 v128)
  (local $s1_1 v128)
  (local $s2_0 v128)
  (local $s2_1 v128)
  (local $s3_0 v128)
  (local $s3_1 v128)
  (local $a0 v128)
  (local $a1 v128)
  (local $a2 v128)
  (local $a3 v128)
  (local $b0 v128)
  (local $b1 v128)
  v128.const f32x4 0 0 0 0
  local.set $s0_0
  v128.const f32x4 0 0 0 0
  local.set $s0_1
  v128.const f32x4 0 0 0 0
  local.set $s1_0
  v128.const f32x4 0 0 0 0
  local.set $s1_1
  v128.const f32x4 0 0 0 0
  local.set $s2_0
  v128.const f32x4 0 0 0 0
  local.set $s2_1
  v128.const f32x4 0 0 0 0
  local.set $s3_0
  v128.const f32x4 0 0 0 0
  local.set $s3_1
  block
    loop
      local.get $b
      v128.load align=4
      local.set $b0
      local.get $a
      v128.load32_splat
      local.set $a0
      local.get $a0
      local.get $b0
      local.get $s0_0
      f32x4.relaxed_madd
      local.set $s0_0
      local.get $b
      v128.load offset=16 align=4
      local.set $b1
      local.get $a0
      local.get $b1
      local.get $s0_1
      f32x4.relaxed_madd
      local.set $s0_1
      local.get $a
      v128.load32_splat offset=256
      local.set $a1
      local.get $a1
      local.get $b0
      local.get $s1_0
      f32x4.relaxed_madd
      local.set $s1_0
      local.get $a1
      local.get $b1
      local.get $s1_1
      f32x4.relaxed_madd
      local.set $s1_1
      local.get $a
      v128.load32_splat offset=512
      local.set $a2
      local.get $a2
      local.get $b0
      local.get $s2_0
      f32x4.relaxed_madd
      local.set $s2_0
      local.get $a2
      local.get $b1
      local.get $s2_1
      f32x4.relaxed_madd
      local.set $s2_1
      local.get $a
      v128.load32_splat offset=768
      local.set $a3
      local.get $a3
      local.get $b0
      local.get $s3_0
      f32x4.relaxed_madd
      local.set $s3_0
      local.get $a3
      local.get $b1
      local.get $s3_1
      f32x4.relaxed_madd
      local.set $s3_1
      local.get $a
      i32.const 4
      i32.add
      local.set $a
      local.get $b
      i32.const 32
      i32.add
      local.set $b
      local.get $b
      local.get $end
      i32.ne
      br_if 0
    end
  end
  local.get $c
  local.get $s0_0
  v128.store align=4
  local.get $c
  local.get $s0_1
  v128.store offset=16 align=4
  local.get $c
  local.get $s1_0
  v128.store offset=512 align=4
  local.get $c
  local.get $s1_1
  v128.store offset=528 align=4
  local.get $c
  local.get $s2_0
  v128.store offset=1024 align=4
  local.get $c
  local.get $s2_1
  v128.store offset=1040 align=4
  local.get $c
  local.get $s3_0
  v128.store offset=1536 align=4
  local.get $c
  local.get $s3_1
  v128.store offset=1552 align=4
)
