# a value's address goes through the context's struct in the frame
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
*(u64 *)(r10 - 16) = r0
r1 = 10
r2 = func[cb] ll
r3 = r10
r3 += -16
r4 = 0
call 181
out:
r0 = 0
exit
cb:
r3 = *(u64 *)(r2 + 0)
r4 = *(u64 *)(r3 + 0)
r4 += 1
*(u64 *)(r3 + 0) = r4
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
-- accepted
