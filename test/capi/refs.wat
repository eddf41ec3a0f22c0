;; refs.wat - references of the host's in globals, tables and calls.
(module
  (import "" "f" (func $f (param externref funcref) (result externref)))
  (global $g (export "global") (mut externref) (ref.null extern))
  (table $t (export "table") 10 externref)
  (func (export "set") (param i32 externref) (table.set $t (local.get 0) (local.get 1)))
  (func (export "get") (param i32) (result externref) (table.get $t (local.get 0)))
  (func $call (export "call") (param externref funcref) (result externref) (call $f (local.get 0) (local.get 1)))
  (func (export "pass") (param funcref) (result funcref) (local.get 0))
  (elem declare func $call)
  (func (export "me") (result funcref) (ref.func $call)))
