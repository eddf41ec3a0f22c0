# goes on until a clock says so
-- asm
again:
call 5
if r0 != 0 goto again
exit
-- ctx xdp
-- rejected too-complex: main: insn 1 (line 3): the budget of steps, states or memory is spent
-- kernel rejects infinite loop detected at insn 1
