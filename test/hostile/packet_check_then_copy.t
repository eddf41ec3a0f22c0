# the pointer past the checked bytes is copied behind the check: what is too short is still found to be so
-- asm
r0 = 1
r2 = *(u32 *)(r1 + 4)
r3 = *(u32 *)(r1 + 0)
r4 = r3
r3 += 64
if r3 > r2 goto out
r5 = r3
r3 = *(u8 *)(r4 + 63)
r5 -= r4
r0 += r5
r0 += r3
out:
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c0d0e0f10
-- result 1
