# a map whose type names no timer has none
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = r0
r1 = r6
r2 = map[0] ll
r3 = 1
call 169
out:
exit
-- maps
map m array 4 16 1
-- trap BAD_ARGUMENT
