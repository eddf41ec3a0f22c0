# an address is neither a helper nor a function
-- asm
r2 = r10
callx r2
exit
-- trap BAD_CALLEE
