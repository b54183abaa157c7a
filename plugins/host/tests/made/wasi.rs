//! What guests written by hand import of WASI.

/// Interfaces, and functions of them that a guest's core module may call.
pub struct Imports {
    /// As the component imports them.
    pub interfaces: &'static str,
    /// A function of one of them: its instance, its name, what it needs to be lowered, its kind in the core.
    pub functions: &'static [(&'static str, &'static str, &'static str, &'static str)],
}

pub const CLOCKS: Imports = Imports {
    interfaces: r#"(import "wasi:clocks/monotonic-clock@0.2.3" (instance $ticks (export "now" (func (result u64)))))
        (import "wasi:clocks/wall-clock@0.2.12" (instance $time
            (type $time' (record (field "seconds" u64) (field "nanoseconds" u32)))
            (export "datetime" (type $time (eq $time'))) (export "now" (func (result $time)))))"#,
    functions: &[("ticks", "now", "", "(result i64)"), ("time", "now", "(memory $memory)", "(param i32)")],
};
pub const RANDOM: Imports = Imports {
    interfaces: r#"(import "wasi:random/random@0.2.0" (instance $random
        (export "get-random-u64" (func (result u64)))
        (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))"#,
    functions: &[
        ("random", "get-random-u64", "", "(result i64)"),
        ("random", "get-random-bytes", "(memory $memory) (realloc $realloc)", "(param i64 i32)"),
    ],
};
pub const OUTPUT: Imports = Imports {
    interfaces: r#"(import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
        (alias export $error "error" (type $error))
        (import "wasi:io/streams@0.2.0" (instance $streams
            (alias outer 1 $error (type $error))
            (export "output-stream" (type $stream (sub resource)))
            (type $failure' (variant (case "last-operation-failed" (own $error)) (case "closed")))
            (export "stream-error" (type $failure (eq $failure')))
            (export "[method]output-stream.blocking-write-and-flush"
                (func (param "self" (borrow $stream)) (param "contents" (list u8)) (result (result (error $failure)))))))
        (alias export $streams "output-stream" (type $stream))
        (import "wasi:cli/stdout@0.2.0" (instance $out
            (alias outer 1 $stream (type $stream)) (export "output-stream" (type $its (eq $stream)))
            (export "get-stdout" (func (result (own $its))))))
        (import "wasi:cli/stderr@0.2.0" (instance $err
            (alias outer 1 $stream (type $stream)) (export "output-stream" (type $its (eq $stream)))
            (export "get-stderr" (func (result (own $its))))))"#,
    functions: &[
        ("out", "get-stdout", "", "(result i32)"),
        ("err", "get-stderr", "", "(result i32)"),
        ("streams", "[method]output-stream.blocking-write-and-flush", "(memory $memory)", "(param i32 i32 i32 i32)"),
    ],
};
pub const SLEEP: Imports = Imports {
    interfaces: r#"(import "wasi:io/poll@0.2.0" (instance $poll
            (export "pollable" (type $pollable (sub resource)))
            (export "poll" (func (param "in" (list (borrow $pollable))) (result (list u32))))))
        (alias export $poll "pollable" (type $pollable))
        (import "wasi:clocks/monotonic-clock@0.2.0" (instance $ticks
            (alias outer 1 $pollable (type $pollable)) (export "pollable" (type $its (eq $pollable)))
            (export "subscribe-duration" (func (param "when" u64) (result (own $its))))))"#,
    functions: &[
        ("poll", "poll", "(memory $memory) (realloc $realloc)", "(param i32 i32 i32)"),
        ("ticks", "subscribe-duration", "", "(param i64) (result i32)"),
    ],
};
pub const PROCESS: Imports = Imports {
    interfaces: r#"(import "wasi:cli/environment@0.2.0" (instance $environment
            (export "get-environment" (func (result (list (tuple string string)))))
            (export "get-arguments" (func (result (list string))))))
        (import "wasi:cli/exit@0.2.0" (instance $exit (export "exit" (func (param "status" (result))))))"#,
    functions: &[
        ("environment", "get-environment", "(memory $memory) (realloc $realloc)", "(param i32)"),
        ("environment", "get-arguments", "(memory $memory) (realloc $realloc)", "(param i32)"),
        ("exit", "exit", "", "(param i32)"),
    ],
};

impl Imports {
    /// The functions as the core module is given them.
    pub fn lowered(&self) -> String {
        let one = |(at, (instance, name, needs, _)): (usize, &(&str, &str, &str, &str))| {
            format!("(core func $f{at} (canon lower (func ${instance} \"{name}\") {needs}))")
        };
        self.functions.iter().enumerate().map(one).collect()
    }

    /// How it is given them.
    pub fn given(&self) -> String {
        let one = |at| format!("(export \"{at}\" (func $f{at}))");
        let all: String = (0..self.functions.len()).map(one).collect();
        format!("(with \"wasi\" (instance {all}))")
    }

    /// How it takes them.
    pub fn taken(&self) -> String {
        let one = |(at, (.., kind)): (usize, &(&str, &str, &str, &str))| {
            format!("(import \"wasi\" \"{at}\" (func ${at} {kind}))")
        };
        self.functions.iter().enumerate().map(one).collect()
    }
}
