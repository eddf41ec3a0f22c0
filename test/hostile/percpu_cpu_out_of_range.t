# a CPU that is not there
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
r3 = 100000
call 195
exit
-- maps
map m percpu_array 4 8 4
-- result 0x0
