# a sum that a branch tests and that is copied behind it is made, and tested, in its own register
-- asm
r3 = *(u32 *)(r1 + 0)
r4 = *(u32 *)(r1 + 4)
r0 = 1
r3 += 4
if r3 > r4 goto out
r0 = r3
out:
exit
-- mem
0700000009000000
-- result 1
