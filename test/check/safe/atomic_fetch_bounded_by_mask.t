# what comes back is masked before it is an index
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = 1
r1 = atomic_fetch_add((u64 *)(r0 + 0), r1)
r1 &= 63
r0 += r1
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
