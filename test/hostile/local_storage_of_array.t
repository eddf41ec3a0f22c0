# and it is for such maps alone
-- asm
r2 = 0
r1 = 0x7c02000000000000 ll
call 81
exit
-- maps
map c array 4 8 1
-- trap BAD_MAP
