# 16 bytes into 8
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call 197
r1 = r10
r1 += -24
r2 = 32
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call 201
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected stack-bounds: main: insn 20 (line 20): write of 32 bytes outside the frame: r1 = stack - 24, and the access covers r10-24 to r10+8
-- kernel rejects invalid write to stack R1 off=-24 size=32
