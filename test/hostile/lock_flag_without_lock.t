# BPF_F_LOCK on a value that has no lock
-- asm
*(u32 *)(r10 - 4) = 0
*(u64 *)(r10 - 16) = 7
r1 = map[0] ll
r2 = r10
r2 += -4
r3 = r10
r3 += -16
r4 = 4
call 2
exit
-- maps
map m array 4 8 1
-- result 0xffffffffffffffea
