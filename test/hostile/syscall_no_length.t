# a syscall program has no r2
-- asm
r0 = r2
exit
-- ctx syscall
-- mem
0000000009000000
-- result 0
