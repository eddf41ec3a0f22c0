# one of two maps of a kind, chosen by the run
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
if r6 > 3 goto look
r1 = map[1] ll
look:
call 1
if r0 == 0 goto out
r0 = *(u64 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
map n array 4 8 1
-- accepted
