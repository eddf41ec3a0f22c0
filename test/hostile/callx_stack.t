# a pointer is no function
-- asm
callx r10
exit
-- trap BAD_CALLEE
