# only an object that the run owns can be given to a map
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = r0
r1 = r6
r2 = r10
call 194
out:
exit
-- maps
map m array 4 16 1
-- trap BAD_HANDLE
