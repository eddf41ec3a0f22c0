;; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
;; rounds.wat - loops that go round as often as their two arguments say, by compares and steps of every kind; loops in
;; loops, loops with more than one way out, loops that trap. Each adds up what it sees, and leaves it in memory as it goes.
(module
  (memory 1)
  (global $sum (export "sum") (mut i32) (i32.const 0))
  (func $see (param $x i32)
    (global.set $sum (i32.add (i32.mul (global.get $sum) (i32.const 31)) (local.get $x))))
  (func (export "ne_up") (param $i i32) (param $n i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s (i32.xor (i32.mul (local.get $s) (i32.const 5)) (local.get $i)))
      (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s))
  (func (export "ne_by_3") (param $i i32) (param $n i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s (i32.add (local.get $s) (local.get $i)))
      (br_if $l (i32.ne (local.get $n) (local.tee $i (i32.add (local.get $i) (i32.const 3))))))
    (local.get $s))
  (func (export "ne_down") (param $n i32) (param $i i32) (result i32) (local $s i32)
    (loop $l
      (i32.store8 (i32.and (local.get $i) (i32.const 0xfff)) (local.get $i))
      (local.set $s (i32.xor (local.get $s) (local.get $i)))
      (br_if $l (i32.ne (local.tee $i (i32.sub (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s))
  (func (export "lt_u") (param $i i32) (param $n i32) (result i32) (local $s i32)
    (block $out
      (loop $l
        (br_if $out (i32.ge_u (local.get $i) (local.get $n)))
        (local.set $s (i32.add (local.get $s) (i32.load8_u (i32.and (local.get $i) (i32.const 0xfff)))))
        (local.set $i (i32.add (local.get $i) (i32.const 5)))
        (br $l)))
    (local.get $s))
  (func (export "lt_s") (param $i i32) (param $n i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s (i32.add (local.get $s) (local.get $i)))
      (br_if $l (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 2))) (local.get $n))))
    (local.get $s))
  (func (export "le_s") (param $i i32) (param $n i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s (i32.add (local.get $s) (local.get $i)))
      (br_if $l (i32.le_s (local.tee $i (i32.add (local.get $i) (i32.const 7))) (local.get $n))))
    (local.get $s))
  (func (export "le_u") (param $i i32) (param $n i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s (i32.add (local.get $s) (local.get $i)))
      (br_if $l (i32.le_u (local.tee $i (i32.add (local.get $i) (i32.const 100))) (local.get $n))))
    (local.get $s))
  (func (export "gt_s") (param $n i32) (param $i i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s (i32.add (local.get $s) (local.get $i)))
      (br_if $l (i32.gt_s (local.tee $i (i32.sub (local.get $i) (i32.const 3))) (local.get $n))))
    (local.get $s))
  (func (export "ge_u") (param $n i32) (param $i i32) (result i32) (local $s i32)
    (block $out
      (loop $l
        (br_if $out (i32.lt_u (local.get $i) (local.get $n)))
        (local.set $s (i32.add (local.get $s) (local.get $i)))
        (local.set $i (i32.sub (local.get $i) (i32.const 4)))
        (br $l)))
    (local.get $s))
  (func (export "wide") (param $a i32) (param $b i32) (result i32) (local $i i64) (local $n i64) (local $s i64)
    (local.set $i (i64.extend_i32_s (local.get $a)))
    (local.set $n (i64.extend_i32_s (local.get $b)))
    (loop $l
      (local.set $s (i64.add (local.get $s) (local.get $i)))
      (br_if $l (i64.ne (local.tee $i (i64.add (local.get $i) (i64.const 1))) (local.get $n))))
    (loop $l
      (local.set $s (i64.xor (local.get $s) (local.get $i)))
      (br_if $l (i64.lt_u (local.tee $i (i64.add (local.get $i) (i64.const 9))) (local.get $s))))
    (i32.wrap_i64 (local.get $s)))
  (func (export "uneven") (param $i i32) (param $n i32) (result i32) (local $s i32)
    (loop $l
      (if (i32.and (local.get $i) (i32.const 2))
        (then (local.set $s (i32.add (local.get $s) (local.get $i)))
              (if (i32.and (local.get $s) (i32.const 4))
                (then (local.set $s (i32.mul (local.get $s) (i32.const 3)))))))
      (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s))
  (func (export "breaks") (param $i i32) (param $n i32) (result i32) (local $s i32)
    (block $out
      (loop $l
        (local.set $s (i32.add (i32.mul (local.get $s) (i32.const 17)) (local.get $i)))
        (br_if $out (i32.eq (i32.and (local.get $s) (i32.const 0x3ff)) (i32.const 5)))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))))
    (local.get $s))
  (func (export "traps") (param $i i32) (param $n i32) (result i32) (local $s i32)
    (loop $l
      (global.set $sum (local.get $i))
      (local.set $s (i32.add (local.get $s) (i32.div_u (local.get $n) (i32.sub (i32.const 40) (local.get $i)))))
      (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s))
  (func (export "nest") (param $i i32) (param $n i32) (result i32) (local $j i32) (local $s i32)
    (loop $o
      (local.set $j (i32.const 0))
      (loop $l
        (local.set $s (i32.xor (i32.mul (local.get $s) (i32.const 3)) (local.get $j)))
        (i32.store8 (local.get $j) (local.get $s))
        (br_if $l (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 4))) (i32.const 40))))
      (br_if $o (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 3))) (local.get $n))))
    (local.get $s))
  (func (export "nest_of_two") (param $i i32) (param $n i32) (result i32) (local $j i32) (local $s i32)
    (loop $o
      (local.set $j (i32.const 3))
      (loop $l
        (local.set $s (i32.add (local.get $s) (local.get $j)))
        (br_if $l (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (local.get $n))))
      (local.set $s (i32.mul (local.get $s) (i32.const 7)))
      (local.set $j (i32.const -9))
      (loop $l
        (if (i32.and (local.get $s) (i32.const 1)) (then (local.set $s (i32.add (local.get $s) (i32.const 11)))))
        (local.set $s (i32.xor (local.get $s) (local.get $j)))
        (br_if $l (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 3))) (i32.const 0))))
      (br_if $o (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s))
  (func (export "nest_that_skips") (param $i i32) (param $n i32) (result i32) (local $j i32) (local $s i32)
    (local.set $j (i32.const 1))
    (loop $o
      (if (i32.and (local.get $i) (i32.const 1)) (then (local.set $j (i32.const 0))))
      (loop $l
        (local.set $s (i32.add (local.get $s) (local.get $j)))
        (br_if $l (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 20))))
      (local.set $j (i32.const 5))
      (br_if $o (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s))
  (func (export "triangle") (param $i i32) (param $n i32) (result i32) (local $j i32) (local $s i32)
    (loop $o
      (local.set $j (local.get $i))
      (loop $l
        (local.set $s (i32.add (local.get $s) (local.get $j)))
        (br_if $l (i32.lt_s (local.tee $j (i32.add (local.get $j) (i32.const 1))) (local.get $n))))
      (br_if $o (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s))
  (func (export "nest_that_traps") (param $i i32) (param $n i32) (result i32) (local $j i32) (local $s i32)
    (loop $o
      (local.set $j (i32.const 0))
      (loop $l
        (global.set $sum (local.get $i))
        (if (i32.eq (local.get $i) (i32.const 6)) (then (if (i32.eq (local.get $j) (i32.const 3)) (then (unreachable)))))
        (local.set $s (i32.add (local.get $s) (local.get $j)))
        (br_if $l (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 10))))
      (br_if $o (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s))
  (func (export "deep") (param $i i32) (param $n i32) (result i32) (local $j i32) (local $k i32) (local $s i32)
    (loop $o
      (local.set $j (i32.const 0))
      (loop $m
        (local.set $k (i32.const 0))
        (loop $l
          (local.set $s (i32.add (local.get $s) (i32.xor (local.get $j) (local.get $k))))
          (br_if $l (i32.ne (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 30))))
        (br_if $m (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 9))))
      (br_if $o (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s))
  (func (export "calls") (param $i i32) (param $n i32) (result i32) (local $j i32) (local $s i32)
    (loop $o
      (call $see (local.get $i))
      (local.set $j (i32.const 0))
      (loop $l
        (local.set $s (i32.add (local.get $s) (local.get $j)))
        (br_if $l (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 12))))
      (call $see (local.get $s))
      (br_if $o (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s)))
