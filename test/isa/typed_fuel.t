Fuel is one unit an instruction in typed functions as well; pads are free.
-- svm
.export func f "f"
.export func loop "loop"
.func f (i32) -> (i32)
.reg any r1
w1 = w0
callt r1, 1, func[g]
ret r1, 1
.func g (i32) -> (i32)
w0 += 1
ret r0, 1
.func loop ()
l:
goto l
-- options
budget 100000
-- call f 1
-- result 2
-- insns 5
-- call loop
-- trap FUEL
