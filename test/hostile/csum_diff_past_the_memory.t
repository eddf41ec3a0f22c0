bpf_csum_diff of a known length: good, then, in the third round, one byte past the memory
-- asm
r6 = r1
r7 = r2
r7 -= 14
r8 = 0
more:
r1 = r6
r2 = 12
r3 = r10
r3 += -4
*(u32 *)(r10 - 4) = r8
r4 = 4
r5 = r8
call 28
r8 += r0
r6 += 1
r7 -= 1
if r7 s> -4 goto more
r0 = r8
exit
-- mem
00112233445566778899aabbccdd
-- trap OUT_OF_BOUNDS 11
