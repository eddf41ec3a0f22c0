# the frame has 512 bytes
-- asm
*(u64 *)(r10 - 520) = 0
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 0 (line 1): write of 8 bytes outside the frame: r10 = stack, and the access covers r10-520 to r10-512
-- kernel rejects invalid write to stack R10 off=-520 size=8
