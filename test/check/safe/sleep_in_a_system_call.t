# programs that a system call runs may wait
-- asm
r1 = r10
r1 += -8
r2 = 8
r3 = 0
call 148
r0 = 0
exit
-- ctx syscall
-- accepted
