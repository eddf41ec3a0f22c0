;; reflect.wat - an import and an export of each kind, with types of each kind.
(module
  (type $f (func (param i32 f64 f32 i64) (result externref funcref)))
  (import "env" "func" (func $func (type $f)))
  (import "env" "" (global $g (mut f64)))
  (import "other" "table" (table $t 1 5 externref))
  (import "other" "memory" (memory 2))
  (export "func" (func $func))
  (export "global" (global $g))
  (export "table" (table $t))
  (export "memory" (memory 0))
  (func (export "simd") (param v128))
  (global (export "const") i64 (i64.const 7))
  (table (export "own table") 3 funcref))
