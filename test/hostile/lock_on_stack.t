# a lock on the stack
-- asm
r1 = r10
r1 += -8
*(u64 *)(r10 - 8) = 0
call 93
exit
-- maps
map m array 4 8 4
-- trap BAD_ARGUMENT
