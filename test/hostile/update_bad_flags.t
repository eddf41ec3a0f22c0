# flags that no update has
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
r3 = r10
r3 += -16
r4 = 77
call 2
exit
-- maps
map m hash 4 8 4
-- result 0xffffffffffffffea
