# the callback does not come back
-- asm
r1 = 10
r2 = func[cb] ll
r3 = 0
r4 = 0
call 181
r0 = 0
exit
cb:
again:
call 5
if r0 != 0 goto again
r0 = 0
exit
-- ctx xdp
-- rejected too-complex: again: insn 1 (line 11): the budget of steps, states or memory is spent
-- kernel rejects 9: (55) if r0 != 0x0 goto pc-2 infinite loop detected at insn 8
