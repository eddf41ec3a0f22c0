# r10 points behind the frame
-- asm
*(u64 *)(r10 + 0) = 0
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 0 (line 1): write of 8 bytes outside the frame: r10 = stack, and the access covers r10+0 to r10+8
-- kernel rejects invalid write to stack R10 off=0 size=8
