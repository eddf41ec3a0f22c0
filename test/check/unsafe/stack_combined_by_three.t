# three frames of 200 bytes
-- asm
*(u64 *)(r10 - 200) = 0
call local f
r0 = 0
exit
f:
*(u64 *)(r10 - 200) = 0
call local g
exit
g:
*(u64 *)(r10 - 200) = 0
r0 = 0
exit
-- ctx xdp
-- rejected stack-depth: main: insn 0 (line 1): the frames of this chain of calls take 624 bytes, and 512 are allowed
-- kernel rejects combined stack size of 3 calls is 624. Too large
