# unlock another word than was locked
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = r0
r1 = r6
call 93
r1 = r6
r1 += 4
call 94
out:
exit
-- maps
map m array 4 8 4
-- trap BAD_HANDLE
