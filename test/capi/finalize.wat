;; finalize.wat - one of each, to hang host info on.
(module
  (memory (export "memory") 0)
  (func (export "func"))
  (global (export "global") i32 (i32.const 1))
  (table (export "table") 1 funcref))
