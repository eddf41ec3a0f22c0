;; Calls an eBPF program over bytes of its memory.
(module
  (import "ebpf" "sum" (func $sum (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (data (i32.const 100) "\01\02\03\04")
  (func (export "sum") (param i32 i32) (result i32) (i32.wrap_i64 (call $sum (local.get 0) (local.get 1))))
)
