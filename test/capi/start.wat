;; start.wat - a start function that traps after it has put itself into another's table.
(module
  (import "" "table" (table 4 funcref))
  (func $seven (result i32) (i32.const 7))
  (func $boom (drop (i32.load (i32.const 65536))))
  (memory 1)
  (elem (i32.const 1) $seven)
  (start $boom))
