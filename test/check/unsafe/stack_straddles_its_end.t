# the last 4 of these 8 bytes are outside
-- asm
r2 = r10
r2 += -516
*(u64 *)(r2 + 0) = 0
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 2 (line 3): write of 8 bytes outside the frame: r2 = stack - 516, and the access covers r10-516 to r10-508
-- kernel rejects misaligned stack access off 0+-516+0 size 8
