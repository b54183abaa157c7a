//! What the commands print: every answer, notice and exit code in `cmd/`, from the top of the repository.

use std::path::Path;

#[test]
fn commands_print_what_they_printed() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let top = package.parent().unwrap();
    std::env::set_current_dir(top).unwrap();
    // Whatever terminal the tests are run in.
    trycmd::TestCases::new().env("COLUMNS", "100").case(package.join("tests/cmd/*.trycmd"));
}
