# a pointer walks up to another one, or over it, by 32-bit steps as C compilers sign-extend them
-- asm
r2 += r1
r2 += -3
w7 = *(u8 *)(r1 + 0)
w7 += -4
r0 = 0
r3 = r1
walk:
r6 = *(u32 *)(r3 + 0)
w0 += w6
r5 = r7
r5 <<= 32
r5 s>>= 32
r5 <<= 1
r5 += r1
r6 = *(u8 *)(r5 + 8)
w0 += w6
w7 += 1
r3 += 2
if r3 < r2 goto walk
exit
-- mem
00 00 01 00 00 00 01 00 02
-- result 0x20002
-- mem
00 01 02 03 04 05 06 07 08 09 0a 0b
-- result 0x231e1928
-- mem
02 01 02 03 04 05 06 07 08 09 0a 0b
-- trap OUT_OF_BOUNDS 13
