//! Rules for Rust files: what the first line says, how long files and functions are, and what no file may hold.

use super::{
    Finding,
    functions::{body, find},
    masked,
};

/// Lines of a file outside `tests/`.
const FILE_MAX: usize = 600;
/// Lines of a function outside tests.
const FUNCTION_MAX: usize = 70;

/// Written by a tool, which knows no rules of ours.
const GENERATED: &[&str] = &["plugins/sdk/src/bindings.rs"];

/// Code that no file may hold, and what to do instead.
const BANNED: &[(&str, &str)] = &[
    ("#[ignore", "no test is switched off: mend it or delete it"),
    ("#[should_panic", "assert on the value that is returned instead"),
    ("todo!(", "do it now or leave it out, and say so in the CHANGELOG"),
    ("unimplemented!(", "return an error that says what is missing"),
    ("thread::sleep(", "nothing sleeps: wait for what you wait for, or pass the time in"),
];

/// Folders of the pure packages, and what their own code may not name.
const PURE_FOLDERS: &[&str] = &["scheduler-core/src/", "scheduler-core/text/src/", "plugins/src/"];
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::io",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
];

/// Judges one Rust file.
pub fn check(path: &str, text: &str, findings: &mut Vec<Finding>) {
    let code = masked::code(text);
    if !text.starts_with("//! ") {
        findings.push(Finding::new(path, 1, "the first line does not say what the file is for: begin with `//! `"));
    }
    if GENERATED.contains(&path) {
        return;
    }
    if !in_tests(path) {
        lengths(path, &code, findings);
    }
    for (banned, instead) in BANNED {
        for line in lines_with(&code, banned) {
            findings.push(Finding::new(path, line, format!("`{banned}`: {instead}")));
        }
    }
    if PURE_FOLDERS.iter().any(|folder| path.starts_with(folder)) {
        for impure in IMPURE {
            for line in lines_with(&code, impure) {
                findings.push(Finding::new(
                    path,
                    line,
                    format!("`{impure}` in a pure package: take its value as an argument"),
                ));
            }
        }
    }
    unexplained_allows(path, &code, findings);
}

fn lengths(path: &str, code: &str, findings: &mut Vec<Finding>) {
    let lines = code.lines().count();
    if lines > FILE_MAX {
        let what =
            format!("{lines} lines, {FILE_MAX} allowed: split it by concept, or move its tests to a file of their own");
        findings.push(Finding::new(path, FILE_MAX, what));
    }
    let tests = test_lines(code);
    for function in find(code) {
        let tested = tests.iter().any(|(from, to)| (*from..=*to).contains(&function.line));
        if function.lines > FUNCTION_MAX && !tested {
            let what = format!(
                "`{}` has {} lines, {FUNCTION_MAX} allowed: give its parts names",
                function.name, function.lines
            );
            findings.push(Finding::new(path, function.line, what));
        }
    }
}

/// First and last lines of what is compiled for tests only.
fn test_lines(code: &str) -> Vec<(usize, usize)> {
    let parts = code.match_indices("#[cfg(test)]").filter_map(|(at, _)| {
        let first = code[..at].matches('\n').count() + 1;
        Some((first, first + body(&code[at..])?.matches('\n').count()))
    });
    parts.collect()
}

/// `#[allow(…)]` needs a reason as much as `#[expect(…)]` does.
fn unexplained_allows(path: &str, code: &str, findings: &mut Vec<Finding>) {
    for open in ["#[allow(", "#![allow("] {
        for (at, _) in code.match_indices(open) {
            let attribute = &code[at..code[at..].find(']').map_or(code.len(), |end| at + end)];
            if !attribute.contains("reason") {
                let line = code[..at].matches('\n').count() + 1;
                let what = "an `allow` without a reason: write `#[expect(…, reason = \"…\")]`";
                findings.push(Finding::new(path, line, what));
            }
        }
    }
}

fn lines_with<'c>(code: &'c str, part: &'c str) -> impl Iterator<Item = usize> + 'c {
    code.lines().enumerate().filter(move |(_, line)| line.contains(part)).map(|(at, _)| at + 1)
}

fn in_tests(path: &str) -> bool {
    path.split('/').any(|part| part == "tests") || path.ends_with("/tests.rs")
}

#[cfg(test)]
mod tests {
    use super::check;

    #[track_caller]
    fn check_file(path: &str, text: &str, want: &[&str]) {
        let mut found = Vec::new();
        check(path, text, &mut found);
        let told: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), want.len(), "{told:#?}");
        for (told, want) in told.iter().zip(want) {
            assert!(told.contains(want), "{told:?} does not say {want:?}");
        }
    }

    fn long(lines: usize) -> String {
        format!("//! A file.\nfn f() {{\n{}}}\n", "x;\n".repeat(lines))
    }

    #[test]
    fn a_plain_file_is_fine() {
        check_file("a/src/b.rs", "//! What for.\nfn f() {}\n", &[]);
    }
    #[test]
    fn the_first_line_says_what_for() {
        check_file("a/src/b.rs", "use std::fmt;\n", &["a/src/b.rs:1: the first line"]);
    }
    #[test]
    fn seventy_lines_are_a_function() {
        check_file("a/src/b.rs", &long(68), &[]);
    }
    #[test]
    fn one_more_is_too_long() {
        check_file("a/src/b.rs", &long(69), &["a/src/b.rs:2: `f` has 71 lines"]);
    }
    #[test]
    fn a_table_of_tests_may_be_long() {
        check_file("a/tests/b.rs", &long(700), &[]);
    }
    #[test]
    fn so_may_a_test_inside_a_module() {
        let text = format!("//! A file.\n#[cfg(test)]\nmod tests {{\n{}}}\n", long(100).replace("//!", "//"));
        check_file("a/src/b.rs", &text, &[]);
    }
    #[test]
    fn six_hundred_lines_are_a_file() {
        check_file("a/src/b.rs", &format!("//! A file.\n{}", "//\n".repeat(599)), &[]);
    }
    #[test]
    fn one_more_crosses_it() {
        check_file("a/src/b.rs", &format!("//! A file.\n{}", "//\n".repeat(600)), &["601 lines"]);
    }
    #[test]
    fn what_is_generated_is_as_it_is() {
        check_file("plugins/sdk/src/bindings.rs", &format!("{}#[allow(dead_code)]\n", long(700)), &[]);
    }
    #[test]
    fn no_test_is_switched_off() {
        check_file("a/src/b.rs", "//! A file.\n#[ignore]\nfn f() {}\n", &["a/src/b.rs:2: `#[ignore`"]);
    }
    #[test]
    fn a_text_about_it_is_fine() {
        check_file("a/src/b.rs", "//! About todo!() and #[ignore].\nconst A: &str = \"todo!()\";\n", &[]);
    }
    #[test]
    fn nothing_is_put_off() {
        check_file("a/src/b.rs", "//! A file.\nfn f() { todo!() }\n", &["`todo!(`"]);
    }
    #[test]
    fn the_core_reads_no_file() {
        check_file("scheduler-core/src/b.rs", "//! A file.\nuse std::fs;\n", &["`std::fs` in a pure package"]);
    }
    #[test]
    fn the_controller_may() {
        check_file("controller/src/b.rs", "//! A file.\nuse std::fs;\n", &[]);
    }
    #[test]
    fn an_allow_says_why() {
        check_file("a/src/b.rs", "//! A file.\n\n#[allow(dead_code)]\nfn f() {}\n", &["a/src/b.rs:3: an `allow`"]);
    }
    #[test]
    fn one_that_does_is_fine() {
        check_file("a/src/b.rs", "//! A file.\n#[allow(dead_code, reason = \"why\")]\nfn f() {}\n", &[]);
    }
}
