;; A start function: it calls the host, so it is run for each instance.
(module
  (import "env" "count" (func $count (result i32)))
  (global $n (mut i32) (i32.const 0))
  (func $start (global.set $n (call $count)))
  (start $start)
  (func (export "n") (result i32) (global.get $n)))
