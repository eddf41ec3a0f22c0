# A callee that needs no frame of its own is given a pointer into its caller's: what stands there stays.
-- asm
mov r1, 23
stxdw [r10-8], r1
mov r1, 100
stxdw [r10-16], r1
mov r1, r10
add r1, -16
call local leaf
exit
leaf:
mov r2, 3
stxw [r1+4], r2
ldxw r0, [r1]
ldxdw r1, [r1+8]
add r0, r1
exit
-- result
0x7b
