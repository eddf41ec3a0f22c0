# a program locks itself out by writing to the word: its budget ends it
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
*(u32 *)(r0 + 0) = 1
r1 = r0
call 93
out:
exit
-- options
budget 100000
-- maps
map m array 4 8 4
-- trap FUEL
