# a function that calls itself
-- asm
r1 = 3
call local f
exit
f:
if r1 == 0 goto out
r1 += -1
call local f
out:
r0 = 0
exit
-- ctx xdp
-- rejected recursion: f: insn 2 (line 7): a function calls itself (f)
-- kernel rejects the call stack of 8 frames is too deep !
