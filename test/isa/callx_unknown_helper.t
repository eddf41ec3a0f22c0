-- asm
r2 = 8000
callx r2
exit
-- trap BAD_CALLEE
