# data + 13 < end are 14 bytes
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 13
r0 = 0
if r4 < r3 goto read
exit
read:
r0 = *(u8 *)(r2 + 13)
exit
-- ctx xdp
-- accepted
