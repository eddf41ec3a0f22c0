# r2 is a number: to believe it is the program's own affair
-- asm
r2 += 1
r1 += r2
r0 = *(u8 *)(r1 - 1)
exit
-- mem
01020304
-- trap OUT_OF_BOUNDS
