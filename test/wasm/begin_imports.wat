;; Its beginning depends on what it imports: each instance has its own.
(module
  (import "env" "at" (global $at i32))
  (memory 1)
  (global $copy i32 (global.get $at))
  (data (offset (global.get $at)) "x")
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "twice") (result i32) (i32.mul (global.get $copy) (i32.const 2))))
