// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// hello.rs - a program in Rust: arguments, environment, standard input, a file, an exit status, memory that grows. Counts words.
use std::collections::HashMap;
use std::io::{self, BufRead};
use std::{env, fs, process};

fn main() -> io::Result<()> {
    let mut count: HashMap<String, usize> = HashMap::new();
    for line in io::stdin().lock().lines() {
        for word in line?.split_whitespace() {
            *count.entry(word.to_string()).or_insert(0) += 1;
        }
    }
    let mut words: Vec<_> = count.into_iter().collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let args: Vec<String> = env::args().skip(1).collect();
    println!("hello {} {:?}", args.join(" "), words);
    let large: Vec<u64> = (0..1_000_000).collect();
    fs::write("/data/out", format!("{} {}\n", words.len(), large.iter().sum::<u64>()))?;
    if let Ok(status) = env::var("STATUS") {
        process::exit(status.parse().expect("STATUS is a number"));
    }
    Ok(())
}
