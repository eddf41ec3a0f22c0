# no packet has a socket: the pointer is NULL, and reading through it traps
-- asm
r2 = *(u64 *)(r1 + 168)
r0 = *(u32 *)(r2 + 4)
exit
-- ctx tc
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- trap OUT_OF_BOUNDS 1
