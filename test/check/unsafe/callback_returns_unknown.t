# and this one returns its index
-- asm
r1 = 10
r2 = func[cb] ll
r3 = 0
r4 = 0
call 181
r0 = 0
exit
cb:
r0 = r1
exit
-- ctx xdp
-- rejected return-value: cb: insn 1 (line 10): the result is not one that this program type allows: r0 = [0, 9], and [0, 1] is allowed
-- kernel rejects At callback return the register R0 has unknown scalar value should have been in [0, 1]
