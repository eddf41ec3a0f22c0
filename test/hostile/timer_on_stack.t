# timers stand in map values
-- asm
r1 = r10
r1 += -16
r2 = map[0] ll
r3 = 1
call 169
exit
-- maps
map m array 4 16 1
-- trap BAD_ARGUMENT
