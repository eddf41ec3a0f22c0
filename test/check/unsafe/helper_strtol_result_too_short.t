# the number is put into 8 bytes, and there are 4
-- asm
*(u64 *)(r10 - 16) = 49
r1 = r10
r1 += -16
r2 = 8
r3 = 0
r4 = r10
r4 += -4
call 105
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 7 (line 8): write of 8 bytes outside the frame: r4 = stack - 4, and the access covers r10-4 to r10+4
-- kernel rejects invalid write to stack R4 off=-4 size=8
