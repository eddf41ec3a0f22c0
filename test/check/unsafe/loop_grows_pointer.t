# 100 steps of 8 bytes through 64
-- asm
r2 = 0
r3 = r10
r3 += -64
again:
*(u64 *)(r3 + 0) = 0
r3 += 8
r2 += 1
if r2 < 100 goto again
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 3 (line 5): write of 8 bytes outside the frame: r3 = stack, and the access covers r10+0 to r10+8
-- kernel rejects invalid write to stack R3 off=0 size=8
