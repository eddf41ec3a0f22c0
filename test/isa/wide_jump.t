-- svm
.func main
.reg i64 r20-r21
r20 = 0
loop:
r20 = r20 + 1
r21 = 50
if r20 != r21 goto loop
if r20 s> -5 goto out
trap 1
out:
r0 = r20
exit
-- result
0x32
