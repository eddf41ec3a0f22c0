#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_wasi.sh - the programs of WASI's test suite, through the command: NAME.wasm with what NAME.json says of arguments,
# environment, the directory that is its root, and what must come out.
# SVM_AHEAD=shared|exe: each is compiled before, and runs as a library of "run --native", or by itself.
. "$(dirname "$0")/lib.sh"
dir=$suites/wasi
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
command -v python3 >/dev/null || skip "no python3, which reads the suite's JSON"
cat >"$tmp/run.py" <<'PYTHON'
import glob, json, os, subprocess, sys
supervm, suite = sys.argv[1:]
ahead = os.environ.get("SVM_AHEAD")
only = os.environ.get("SVM_WASI_ONLY") # words, one of which a program's name must hold

failed = passed = 0
for wasm in sorted(glob.glob(suite + "/*/*.wasm")):
    if only and not any(word in os.path.basename(wasm) for word in only.split()):
        continue
    path = wasm[:-5] + ".json"
    spec = json.load(open(path)) if os.path.exists(path) else {}
    options = ["--timeout", "60000"]
    if "root" in spec:
        options += ["--dir", os.path.join(os.path.dirname(wasm), spec["root"]) + "::/"]
    for name, value in spec.get("env", {}).items():
        options += ["--env", name + "=" + value]
    command = [supervm, "run", wasm] + options + ["--"]
    if ahead:
        out = wasm[:-5] + (".so" if ahead == "shared" else ".exe")
        made = subprocess.run([supervm, "compile", "-O1", "--emit", ahead, wasm, "-o", out] +
                              (["--"] + options if ahead == "exe" else []), capture_output=True, text=True)
        if made.returncode:
            print("FAIL", wasm, made.stderr)
            failed += 1
            continue
        command = [supervm, "run", "--native", out] + options + ["--"] if ahead == "shared" else [out]
    got = subprocess.run(command + spec.get("args", []), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    wrong = ["%s is %r, not %r" % (what, is_, spec[key] if key in spec else 0) for what, key, is_ in (
        ("exit status", "exit_code", got.returncode), ("stdout", "stdout", got.stdout), ("stderr", "stderr", got.stderr))
        if (key in spec or key == "exit_code") and is_ != spec.get(key, 0)]
    failed += bool(wrong)
    passed += not wrong
    if wrong:
        print("FAIL", os.path.relpath(wasm, suite) + ":", "; ".join(wrong), got.stderr)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0 or passed == 0)
PYTHON
cp -r "$dir" "$tmp/wasi" && chmod -R u+w "$tmp/wasi" # the programs write
mkdir -p "$tmp/wasi/c/fs-tests.dir/fopendir.dir"
find "$tmp/wasi" -name '*.cleanup' -exec rm -rf {} +
python3 "$tmp/run.py" "$bin/supervm" "$tmp/wasi"
