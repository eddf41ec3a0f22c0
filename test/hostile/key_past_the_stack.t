# a key that ends above the stack
-- asm
r2 = r10
r2 += -2
r1 = map[0] ll
call 1
exit
-- maps
map m array 4 8 4
-- trap OUT_OF_BOUNDS
