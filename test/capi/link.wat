;; link.wat - one of a chain of instances: a table that all share, a tag that passes through.
(module
  (import "" "table" (table $t 8 funcref))
  (import "" "next" (func $next (param i32) (result i32)))
  (tag $e (export "tag") (param i32))
  (func $add (param i32) (result i32) (i32.add (local.get 0) (i32.const 10)))
  (elem declare func $add)
  (func (export "put") (param i32 i32) (table.set $t (local.get 0) (ref.func $add)))
  (func (export "call") (param i32 i32) (result i32)
    (call_indirect (param i32) (result i32) (local.get 0) (local.get 1)))
  (func (export "next") (param i32) (result i32) (i32.add (call $next (local.get 0)) (i32.const 1)))
  (func (export "throw") (param i32) (result i32) (throw $e (local.get 0))))
