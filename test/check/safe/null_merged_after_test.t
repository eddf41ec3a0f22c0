# one of two maps' values, both tested
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
if r6 > 3 goto other
r1 = map[0] ll
call 1
if r0 == 0 goto out
goto read
other:
r1 = map[1] ll
call 1
if r0 == 0 goto out
read:
r0 = *(u64 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
map n hash 4 16 4
-- accepted
