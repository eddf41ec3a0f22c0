# 16 bytes where 8 are left
-- asm
r1 = r10
r1 += -8
r2 = 16
call 16
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 3 (line 4): write of 16 bytes outside the frame: r1 = stack - 8, and the access covers r10-8 to r10+8
-- kernel rejects invalid write to stack R1 off=-8 size=16
