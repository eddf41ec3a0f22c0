# a handle cannot be dereferenced
-- asm
r1 = map[0] ll
r0 = *(u64 *)(r1 + 0)
exit
-- maps
map m array 4 8 4
-- trap OUT_OF_BOUNDS
