# a lock in a map that programs may only read
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
call 93
out:
exit
-- maps
map m array 4 8 4 80
-- trap BAD_ARGUMENT
