-- asm
r1 = 1
lock *(u64 *)(r10 - 12) += r1
r0 = 0
exit
-- trap UNALIGNED
