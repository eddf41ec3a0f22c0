# v4
-- asm
r2 = *(s8 *)(r1 + 0)
r3 = *(s16 *)(r1 + 1)
r4 = *(s32 *)(r1 + 3)
r0 = r2
r0 += r3
r0 += r4
exit
-- mem
80 ff 81 01 02 03 84
-- result
0xffffffff84028380
