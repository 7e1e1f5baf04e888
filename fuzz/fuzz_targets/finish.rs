#![no_main]

#[path = "../targets/finish.rs"]
mod target;
#[path = "../targets/written.rs"]
mod written;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::run(data));
