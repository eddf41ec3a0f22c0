# a dynptr that nobody made
-- asm
*(u64 *)(r10 - 16) = 0
*(u64 *)(r10 - 8) = 16
r1 = r10
r1 += -24
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call 201
exit
-- trap BAD_HANDLE
