# for_each over a forged map
-- asm
r1 = 7
r2 = 0x7c03000000000000 ll
r3 = 0
r4 = 0
call 164
exit
-- trap BAD_MAP
