# a jump behind the last instruction
-- asm
r0 = 0
goto +5
exit
-- ctx xdp
-- rejected offset 0x8: main: insn 1 (line 2): jump to instruction 7 of a function of 3
-- kernel rejects jump out of range from insn 1 to 7
