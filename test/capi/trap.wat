;; trap.wat - traps of the guest's own and of callbacks, and a chain that goes through both.
(module
  (import "" "fail" (func $fail (result i32)))
  (import "" "again" (func $again (param i32) (result i32)))
  (memory 1)
  (func (export "fail") (result i32) (call $fail))
  (func (export "unreachable") (result i32) (unreachable))
  (func $inner (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
  (func (export "outer") (param i32) (result i32) (call $inner (local.get 0)))
  (func (export "again") (param i32) (result i32) (call $again (local.get 0)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func $forever (export "forever") (result i32) (call $forever)))
