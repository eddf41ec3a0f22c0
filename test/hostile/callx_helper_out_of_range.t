# a helper id beyond the table
-- asm
r1 = 100000
callx r1
exit
-- trap BAD_CALLEE
