# two functions that call each other
-- asm
r1 = 3
call local f
exit
f:
call local g
exit
g:
call local f
exit
-- ctx xdp
-- rejected recursion: g: insn 0 (line 8): a function calls itself (f)
-- kernel rejects the call stack of 9 frames is too deep
