# a length of [1, 65], and 64 bytes
-- asm
r2 = *(u32 *)(r1 + 16)
r2 &= 64
r2 += 1
r1 = r10
r1 += -64
call 16
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 5 (line 6): write of 65 bytes outside the frame: r1 = stack - 64, and the access covers r10-64 to r10+1
-- kernel rejects invalid write to stack R1 off=-64 size=65
