# a label is no function
-- asm
r1 = 0x7c04000000000000 ll
callx r1
exit
-- trap BAD_CALLEE
