;; threads.wat - says to the host who it is, as often as it is asked to; all threads share the module.
(module
  (import "" "hello" (func $hello (param i32)))
  (import "" "id" (global $id i32))
  (func (export "run") (param i32)
    (loop $again
      (call $hello (global.get $id))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
