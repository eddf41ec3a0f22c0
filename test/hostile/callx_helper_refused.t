# the id of a helper that is not there
-- asm
r1 = 109
callx r1
exit
-- trap BAD_CALLEE
