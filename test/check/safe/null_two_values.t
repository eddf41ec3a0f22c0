# two values, each with its test
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r6 = r0
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[1] ll
call 1
r7 = r0
r0 = 0
if r6 == 0 goto out
if r7 == 0 goto out
r1 = *(u64 *)(r6 + 0)
r2 = *(u64 *)(r7 + 8)
r0 = 1
out:
exit
-- ctx xdp
-- maps
map m hash 4 8 4
map n hash 4 16 4
-- accepted
