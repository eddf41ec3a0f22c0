-- svm
.func main
r0 = 1
trap 1
-- trap UNREACHABLE 1
