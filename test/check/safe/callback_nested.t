# a loop in a loop
-- asm
r1 = 3
r2 = func[outer] ll
r3 = 0
r4 = 0
call 181
r0 = 0
exit
outer:
r1 = 3
r2 = func[inner] ll
r3 = 0
r4 = 0
call 181
r0 = 0
exit
inner:
r0 = 0
exit
-- ctx xdp
-- accepted
