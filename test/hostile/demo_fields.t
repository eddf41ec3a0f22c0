# a context that the host described: a value, a narrow part, bytes, data
-- asm
r0 = *(u32 *)(r1 + 4)
r2 = *(u8 *)(r1 + 3)
r0 += r2
r2 = *(u16 *)(r1 + 16)
r2 &= 255
r0 += r2
r2 = *(u32 *)(r1 + 32)
r3 = *(u8 *)(r2 + 7)
r0 += r3
*(u32 *)(r1 + 4) = r0
exit
-- ctx demo
-- mem
0102030405060708
-- result 202
