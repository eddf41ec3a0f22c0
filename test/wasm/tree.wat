;; The tree of tree.bpf.c, seen as a memory: left, right, key, value of a node; the root at 4096, where the next node
;; goes at 4100.
(module
  (import "env" "arena" (memory 2))
  (func (export "sum") (result i32) (call $sum (i32.load (i32.const 4096))))
  (func $sum (param $n i32) (result i32)
    (if (result i32) (i32.eqz (local.get $n)) (then (i32.const 0))
      (else
        (i32.add (i32.load offset=12 (local.get $n))
          (i32.add (call $sum (i32.load (local.get $n))) (call $sum (i32.load offset=4 (local.get $n))))))))
  ;; inserts key with value key * 5; the address of the new node
  (func (export "insert") (param $key i32) (result i32)
    (local $at i32) (local $link i32) (local $n i32)
    (local.set $at (i32.load (i32.const 4100)))
    (i32.store offset=8 (local.get $at) (local.get $key))
    (i32.store offset=12 (local.get $at) (i32.mul (local.get $key) (i32.const 5)))
    (i32.store (i32.const 4100) (i32.add (local.get $at) (i32.const 16)))
    (local.set $link (i32.const 4096))
    (loop $down
      (if (local.tee $n (i32.load (local.get $link))) (then
        (local.set $link (local.get $n))
        (if (i32.ge_s (local.get $key) (i32.load offset=8 (local.get $n)))
          (then (local.set $link (i32.add (local.get $n) (i32.const 4)))))
        (br $down))))
    (i32.store (local.get $link) (local.get $at))
    (local.get $at))
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
)
