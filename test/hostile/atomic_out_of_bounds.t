# an atomic past the end
-- asm
r2 = 1
lock *(u64 *)(r1 + 0) += r2
exit
-- mem
01020304
-- trap OUT_OF_BOUNDS
