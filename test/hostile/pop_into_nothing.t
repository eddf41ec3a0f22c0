# pop to address 0
-- asm
r1 = map[0] ll
r2 = 0
call 88
exit
-- maps
map q queue 0 8 4
-- trap OUT_OF_BOUNDS
