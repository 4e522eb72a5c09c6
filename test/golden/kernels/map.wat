(module
  (import "env" "memory" (memory 1))
  (func $y_=_x___scale_+_bias
    (local $row i32)
    (local $p0.row i32)
    (local $p0 i32)
    (local $p1.row i32)
    (local $p1 i32)
    (local $load v128)
    (local $constant v128)
    (local $load.1 v128)
    (local $load.2 v128)
    (local $load.3 v128)
    (local $stored v128)
    i32.const 0
    local.set $p0.row
    i32.const 192
    local.set $p1.row
    v128.const f32x4 0.5 0.5 0.5 0.5
    local.set $constant
    loop
      local.get $p0.row
      local.set $p0
      local.get $p1.row
      local.set $p1
      local.get $p0
      v128.load align=4
      local.set $load
      local.get $p1
      v128.load align=4
      local.set $load.1
      local.get $p0
      local.get $load
      local.get $constant
      local.get $load.1
      f32x4.relaxed_madd
      v128.store offset=256 align=4
      local.get $p0
      i32.const 16
      i32.add
      local.set $p0
      local.get $p1
      i32.const 16
      i32.add
      local.set $p1
      local.get $p0
      v128.load align=4
      local.set $load.2
      local.get $p1
      v128.load align=4
      local.set $load.3
      local.get $load.2
      local.get $constant
      local.get $load.3
      f32x4.relaxed_madd
      local.set $stored
      local.get $p0
      local.get $stored
      v128.store64_lane offset=256 align=4 0
      local.get $p0.row
      i32.const 32
      i32.add
      local.set $p0.row
      local.get $row
      i32.const 1
      i32.add
      local.set $row
      local.get $row
      i32.const 5
      i32.ne
      br_if 0
    end
  )
  (func $run (export "run")
    call $y_=_x___scale_+_bias
  )
)
