# what is read behind each call was written by it, and by nothing else
-- asm
r6 = 0
r1 = r10
r1 += -16
call local f
r6 = *(u64 *)(r10 - 16)
r1 = r10
r1 += -16
call local f
r7 = *(u64 *)(r10 - 16)
r7 += r10
r7 += -32
*(u8 *)(r7 + 0) = 1
r0 = 1
exit
f:
r5 = 1
r5 = 2
r5 = 3
r5 = 4
r5 = 5
r5 = 6
r5 = 7
*(u64 *)(r1 + 0) = r5
r0 = 0
exit
-- ctx xdp
-- accepted
