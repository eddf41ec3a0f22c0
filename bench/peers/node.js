// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// node.js FILE.wasm ARGUMENT - V8 beside us: for each line "N" it calls bench(ARGUMENT) N times and prints
// "NANOSECONDS RESULT" (bench/peer.c). Which compiler of V8 runs is up to node's flags.
const fs = require('fs');
const [path, arg] = process.argv.slice(2);
const { bench } = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(path))).exports;
const byte = Buffer.alloc(1);

function readLine() {
    let line = '';
    for (;;) {
        if (fs.readSync(0, byte, 0, 1) === 0) return null;
        if (byte[0] === 10) return line;
        line += String.fromCharCode(byte[0]);
    }
}

for (let line; (line = readLine()) !== null;) {
    const n = Number(line);
    let result = 0;
    const start = process.cpuUsage();
    for (let i = 0; i < n; i++) result = bench(Number(arg));
    const { user, system } = process.cpuUsage(start); // its own time, as ours is measured
    fs.writeSync(1, `${(user + system) * 1000} ${result >>> 0}\n`);
}
