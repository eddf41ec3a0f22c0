# an IPv4 header of 20 bytes is read, and there are 16
-- asm
*(u64 *)(r10 - 16) = 0
*(u64 *)(r10 - 8) = 0
r1 = r10
r1 += -16
r2 = r1
call 206
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 5 (line 6): read of 20 bytes outside the frame: r1 = stack - 16, and the access covers r10-16 to r10+4
-- kernel rejects invalid read from stack R1 off=-16 size=20
