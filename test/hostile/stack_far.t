# the stack pointer plus a register
-- asm
r1 = 0x10000000000 ll
r1 += r10
r0 = *(u8 *)(r1 + 0)
exit
-- trap OUT_OF_BOUNDS
