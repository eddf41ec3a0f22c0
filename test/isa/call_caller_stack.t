# a pointer to the caller's frame is good in the callee
-- asm
*(u64 *)(r10 - 8) = 1
r1 = r10
r1 += -8
call local set
r0 = *(u64 *)(r10 - 8)
exit
set:
*(u64 *)(r1 + 0) = 0x77
r0 = 0
exit
-- result
0x77
