# 300 bytes here and 300 in the function that is called
-- asm
*(u64 *)(r10 - 304) = 0
call local f
r0 = 0
exit
f:
*(u64 *)(r10 - 304) = 0
r0 = 0
exit
-- ctx xdp
-- rejected stack-depth: main: insn 0 (line 1): the frames of this chain of calls take 608 bytes, and 512 are allowed
-- kernel rejects combined stack size of 2 calls is 608. Too large
