//! Guests written by hand, because a test needs no toolchain: one that works, and what becomes of it when parts are replaced.

/// The component, with a place for each part.
const COMPONENT: &str = include_str!("component.wat");

/// What stands in each place until it is replaced.
const PARTS: [(&str, &str); 11] = [
    ("imports", ""),
    ("before", ""),
    ("with", ""),
    ("alloc", ""),
    ("more", ""),
    ("describe", "(i32.const 0x140)"),
    ("init", "(i32.const 0x1c0)"),
    // Code 1 where the label's code is 0.
    (
        "filter",
        "(local.set $codes (call $alloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $rows)))
         (block $done (loop $each
           (br_if $done (i32.ge_u (local.get $i) (local.get $rows)))
           (i32.store8 (i32.add (local.get $codes) (local.get $i)) (i32.eqz (i32.load (i32.add
             (i32.load (i32.add (local.get $columns) (i32.const 32)))
             (i32.mul (local.get $i) (i32.const 4))))))
           (local.set $i (i32.add (local.get $i) (i32.const 1)))
           (br $each)))
         (i32.store (i32.const 0x204) (local.get $codes))
         (i32.store (i32.const 0x208) (local.get $rows))
         (i32.const 0x200)",
    ),
    // The first column as it is.
    (
        "score",
        "(i32.store (i32.const 0x244) (i32.load (i32.add (local.get $columns) (i32.const 4))))
         (i32.store (i32.const 0x248) (local.get $rows))
         (i32.const 0x240)",
    ),
    ("after", "nop"),
    (
        "exports",
        "(export \"placewright:placement/lifecycle@0.1.0\" (instance $lifecycle))
         (export \"placewright:placement/filter@0.1.0\" (instance $filtering))
         (export \"placewright:placement/score@0.1.0\" (instance $scoring))",
    ),
];

/// A guest in the making.
#[derive(Clone)]
pub struct Made(String);

/// The guest that works.
pub fn guest() -> Made {
    Made(COMPONENT.to_owned())
}

impl Made {
    /// Replaces one part.
    #[track_caller]
    pub fn with(self, part: &str, text: &str) -> Made {
        let place = format!("{{{part}}}");
        assert!(self.0.contains(&place), "no part {part}");
        Made(self.0.replace(&place, text))
    }

    /// The component's bytes.
    #[track_caller]
    pub fn bytes(self) -> Vec<u8> {
        let text = PARTS.iter().fold(self.0, |text, (part, usual)| text.replace(&format!("{{{part}}}"), usual));
        wat::parse_str(text).unwrap()
    }
}
