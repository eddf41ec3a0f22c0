# probe_read reads what the program may read anyway, and nothing else
-- asm
*(u64 *)(r10 - 8) = 77
r1 = r10
r1 += -8
r2 = 8
r3 = 0x400000 ll
call 113
r1 = *(u64 *)(r10 - 8)
r0 += r1
exit
-- result 0xfffffffffffffff2
