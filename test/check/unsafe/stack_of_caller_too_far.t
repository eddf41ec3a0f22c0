# the function writes 16 bytes where its caller has 8
-- asm
r1 = r10
r1 += -8
call local f
r0 = 0
exit
f:
*(u64 *)(r1 + 0) = 1
*(u64 *)(r1 + 8) = 1
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: f: insn 1 (line 8): write of 8 bytes outside the frame: r1 = stack - 8, and the access covers r10+0 to r10+8
-- kernel rejects invalid write to stack R1 off=0 size=8
