# 0 is no helper
-- asm
r1 = 0
callx r1
exit
-- trap BAD_CALLEE
