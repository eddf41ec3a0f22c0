# an address as a result
-- asm
r0 = r10
exit
-- ctx xdp
-- rejected return-type: main: insn 1 (line 2): the result is not a number: r0 = stack
-- kernel accepts
