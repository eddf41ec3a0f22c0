# the index is bounded by a test
-- asm
*(u64 *)(r10 - 8) = 0
r1 = 100
r2 = func[cb] ll
r3 = r10
r3 += -8
r4 = 0
call 181
r0 = 0
exit
cb:
if r1 > 7 goto stop
r2 += r1
*(u8 *)(r2 + 0) = 1
r0 = 0
exit
stop:
r0 = 1
exit
-- ctx xdp
-- accepted
