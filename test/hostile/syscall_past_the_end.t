# behind the last byte
-- asm
r0 = *(u32 *)(r1 + 6)
exit
-- ctx syscall
-- mem
0000000009000000
-- trap OUT_OF_BOUNDS 0
