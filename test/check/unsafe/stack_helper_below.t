# memory that begins below the frame
-- asm
r1 = r10
r1 += -520
r2 = 16
call 16
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 3 (line 4): write of 16 bytes outside the frame: r1 = stack - 520, and the access covers r10-520 to r10-504
-- kernel rejects invalid write to stack R1 off=-520 size=16
