//! Where functions start and how long they are.

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function<'c> {
    pub name: &'c str,
    /// 1-based, of the `fn`.
    pub line: usize,
    /// From the `fn` to the closing brace, both counted.
    pub lines: usize,
}

/// Every function of masked `code`; the ones inside others too.
pub fn find(code: &str) -> Vec<Function<'_>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let after = &code[at + "fn ".len()..];
        let name = &after[..after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len())];
        if name.is_empty() {
            continue; // A function's type.
        }
        if let Some(body) = body(&code[at..]) {
            let line = code[..at].matches('\n').count() + 1;
            found.push(Function { name, line, lines: body.matches('\n').count() + 1 });
        }
    }
    found
}

/// The text up to the brace that closes the item, or nothing for a mere signature.
pub fn body(code: &str) -> Option<&str> {
    let open = code.find('{')?;
    // `fn f(x: [u8; 4]) {` has a semicolon inside a bracket; one outside ends the signature.
    let mut depth = 0_i32;
    for c in code[..open].chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    let mut depth = 0_usize;
    for (at, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(&code[..=open + at]),
            '}' => depth -= 1,
            _ => {}
        }
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, want: &[(&str, usize, usize)]) {
        let found: Vec<_> = find(code).iter().map(|f| (f.name, f.line, f.lines)).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn one_line() {
        check("fn f() {}", &[("f", 1, 1)]);
    }
    #[test]
    fn braces_nest() {
        check("\nfn f() {\n if x {\n }\n}\nfn g() {}", &[("f", 2, 4), ("g", 6, 1)]);
    }
    #[test]
    fn a_signature_has_no_length() {
        check("trait T { fn f(); fn g() { } }", &[("g", 1, 1)]);
    }
    #[test]
    fn an_array_in_the_signature_is_no_end() {
        check("fn f(x: [u8; 4]) {\n}", &[("f", 1, 2)]);
    }
    #[test]
    fn a_type_is_no_function() {
        check("type F = fn (u8) -> u8; struct S {}", &[]);
    }
}
