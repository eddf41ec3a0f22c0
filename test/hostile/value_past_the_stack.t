# an update with a value that ends above the stack
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
r3 = r10
r3 += -4
r4 = 0
call 2
exit
-- maps
map m hash 4 8 4
-- trap OUT_OF_BOUNDS
