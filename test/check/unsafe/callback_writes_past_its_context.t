# the callback was given 8 bytes, and writes at its index
-- asm
*(u64 *)(r10 - 8) = 0
r1 = 10
r2 = func[cb] ll
r3 = r10
r3 += -8
r4 = 0
call 181
r0 = 0
exit
cb:
r2 += r1
*(u8 *)(r2 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: cb: insn 1 (line 12): write of 1 byte outside the frame: r2 = stack + [-8, 1]
-- kernel rejects math between fp pointer and register with unbounded min value is not allowed
