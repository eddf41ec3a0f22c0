# a handle cannot be written through
-- asm
r1 = map[0] ll
*(u64 *)(r1 + 0) = 1
exit
-- maps
map m array 4 8 4
-- trap OUT_OF_BOUNDS
