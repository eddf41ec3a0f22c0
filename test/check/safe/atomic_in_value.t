# atomic operations of both widths
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = 1
lock *(u64 *)(r0 + 8) += r1
r1 = 1
r1 = atomic_fetch_or((u64 *)(r0 + 0), r1)
w1 = 3
w1 = xchg32_32(r0 + 4, w1)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 16 1
-- accepted
