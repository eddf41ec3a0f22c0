# the address of a subprogram in a register
-- asm
r1 = 20
r2 = func[double] ll
callx r2
exit
double:
r0 = r1
r0 += r1
exit
-- result
0x28
