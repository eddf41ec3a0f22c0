# a bound that the callback may have changed
-- asm
*(u64 *)(r10 - 8) = 1
r1 = 10
r2 = func[cb] ll
r3 = r10
r3 += -8
r4 = 0
call 181
r1 = *(u64 *)(r10 - 8)
r2 = r10
r2 += -16
*(u64 *)(r10 - 16) = 0
r2 += r1
*(u8 *)(r2 + 0) = 1
r0 = 0
exit
cb:
*(u64 *)(r2 + 0) = 1000
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 13 (line 13): write of 1 byte outside the frame: r2 = stack + 984, and the access covers r10+984 to r10+985
-- kernel rejects invalid write to stack R2 off=984 size=1
