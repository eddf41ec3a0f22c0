;; random.wat - holds references of both kinds for random.c: its own and those of the table that it imports.
(module
  (import "" "table" (table $shared 16 funcref))
  (import "" "f" (func $f (param externref) (result externref)))
  (table $own (export "own") 4 externref)
  (global $g (export "global") (mut funcref) (ref.null func))
  (func $me (export "call") (param externref) (result externref) (call $f (local.get 0)))
  (func (export "put") (param i32) (table.set $shared (local.get 0) (ref.func $me)))
  (func (export "take") (param i32) (global.set $g (table.get $shared (local.get 0))))
  (func (export "run") (param i32 externref) (result externref)
    (call_indirect $shared (param externref) (result externref) (local.get 1) (local.get 0)))
  (func (export "keep") (param i32 externref) (table.set $own (local.get 0) (local.get 1)))
  (func (export "kept") (param i32) (result externref) (table.get $own (local.get 0))))
