# csum_diff of 3 bytes
-- asm
r1 = r10
r1 += -8
r2 = 3
r3 = 0
r4 = 0
r5 = 0
call 28
exit
-- result 0xffffffffffffffea
