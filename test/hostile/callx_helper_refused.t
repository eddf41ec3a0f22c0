# the id of a helper that is not there
-- asm
r1 = 84
callx r1
exit
-- trap BAD_CALLEE
