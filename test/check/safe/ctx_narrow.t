# a byte and a half of fields of 4 bytes
-- asm
r0 = *(u8 *)(r1 + 8)
r2 = *(u16 *)(r1 + 16)
r0 += r2
exit
-- ctx tc
-- accepted
