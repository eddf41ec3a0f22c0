A table of branches: the last one is for all that is beyond.
-- svm
.export func f "f"
.func f (i32) -> (i32)
.reg any r1
brtab w0, 2
goto a
goto b
goto c
a:
w1 = 10
ret r1, 1
b:
w1 = 20
ret r1, 1
c:
w1 = 30
ret r1, 1
-- call f 0
-- result 10
-- call f 1
-- result 20
-- call f 2
-- result 30
-- call f 0xffffffff
-- result 30
