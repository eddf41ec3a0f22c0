# a function handle made from a number
-- asm
r1 = 0x7c03000000000042 ll
callx r1
exit
-- trap BAD_CALLEE
