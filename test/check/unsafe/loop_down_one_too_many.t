# counts down past the start
-- asm
r2 = 8
again:
r3 = r10
r4 = r2
r4 *= -8
r3 += r4
*(u64 *)(r3 + 0) = 0
r2 -= 1
if r2 s>= 0 goto again
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 5 (line 7): write of 8 bytes outside the frame: r3 = stack, and the access covers r10+0 to r10+8
-- kernel rejects invalid write to stack R3 off=0 size=8
