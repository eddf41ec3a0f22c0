# a value stays readable until the run ends, and is not given to another key
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
*(u64 *)(r10 - 16) = 77
r3 = r10
r3 += -16
r1 = map[0] ll
r4 = 0
call 2
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = r0
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 3
*(u32 *)(r10 - 4) = 9
r2 = r10
r2 += -4
*(u64 *)(r10 - 16) = 99
r3 = r10
r3 += -16
r1 = map[0] ll
r4 = 0
call 2
r0 = *(u64 *)(r6 + 0)
out:
exit
-- maps
map m hash 4 8 1
-- result 77
