# the last instruction is no exit
-- asm
r0 = 0
-- ctx xdp
-- rejected offset 0x0: main: insn 0 (line 1): control falls off the end of the function
-- kernel rejects last insn is not an exit or jmp
