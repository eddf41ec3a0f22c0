# this CPU's value, and another's
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = *(u64 *)(r0 + 0)
r2 = r10
r2 += -4
r3 = 1
r1 = map[0] ll
call 195
if r0 == 0 goto out
r0 = *(u64 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m percpu_array 4 8 1
-- accepted
