# an address that is not the program's
-- asm
r1 = r10
r1 += -8
r2 = 8
r3 = 0x400000 ll
call 148
exit
-- result 0xfffffffffffffff2
