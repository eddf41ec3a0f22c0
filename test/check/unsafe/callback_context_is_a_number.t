# the callback reads through what is a number here
-- asm
r1 = 10
r2 = func[cb] ll
r3 = 0
r4 = 0
call 181
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 + 0)
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: cb: insn 0 (line 9): read of 8 bytes at an address that is a number: r2 = 0
-- kernel rejects R2 invalid mem access 'scalar'
