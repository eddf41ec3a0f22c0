# one way of the branch leads behind the end
-- asm
r0 = 0
if r1 != 0 goto +1
exit
r0 = 1
-- ctx xdp
-- rejected offset 0x18: main: insn 3 (line 4): control falls off the end of the function
-- kernel rejects last insn is not an exit or jmp
