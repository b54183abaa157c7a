//! Values of options: times, sizes, label queries, simulated fleets.

use std::path::PathBuf;

use fleet::{Mix, Shape};
use kube_text::Time;

use super::label_query::LabelQuery;
use crate::near::{did_you_mean, near};

/// A time in RFC 3339.
pub(super) fn time(text: &str) -> Result<Time, String> {
    Time::parse_rfc3339(text).map_err(|problem| problem.to_string())
}

/// A label query.
pub(super) fn labels(text: &str) -> Result<LabelQuery, String> {
    LabelQuery::parse(text)
}

/// A number of bytes, with a suffix or without: `64Mi`, `2Gi`, `500M`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    const SUFFIXES: [(&str, u64); 9] = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("", 1),
    ];
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = SUFFIXES.iter().find(|(suffix, _)| *suffix == &text[digits.len()..]).map(|(_, unit)| *unit);
    let bytes = digits.parse::<u64>().ok().zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "must be a number of bytes such as 500M or 2Gi".to_owned())
}

/// A file that a snapshot is written to: what it is called says what it is to hold.
pub(super) fn snapshot_file(text: &str) -> Result<PathBuf, String> {
    let name = text.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    if [".yaml", ".yml"].iter().any(|ending| name.ends_with(ending)) {
        return Err("a snapshot is JSON: the name must end in .json or .jsonl, each also with .gz".to_owned());
    }
    Ok(text.into())
}

/// How large a simulated fleet is, and which placements it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Simulated {
    pub clusters: u32,
    pub placements: u32,
    pub mix: Mix,
}

/// A simulated fleet: `10000x1000`, `10000x1000:mix`.
pub(super) fn simulated(text: &str) -> Result<Simulated, String> {
    let (sizes, mixed) = text.split_once(':').unwrap_or((text, "mixv"));
    let mix = mix(mixed)?;
    let form = || "must be clusters x placements, such as 10000x1000 or 10000x1000:mix".to_owned();
    let (clusters, placements) = sizes.split_once('x').ok_or_else(form)?;
    let number = |digits: &str| match digits.parse::<u128>() {
        Ok(number) => u32::try_from(number).map_err(|_| format!("must be at most {} of each", u32::MAX)),
        Err(_) => Err(form()),
    };
    match (number(clusters)?, number(placements)?) {
        (0, _) | (_, 0) => Err("must be at least 1 of each".to_owned()),
        (clusters, placements) => Ok(Simulated { clusters, placements, mix }),
    }
}

/// A mix of placements: `mix`, `mixv`, or the name of a shape.
pub(super) fn mix(text: &str) -> Result<Mix, String> {
    let mixes = [("mix", Mix::Plain), ("mixv", Mix::Varied)];
    let shapes = Shape::ALL.into_iter().map(|shape| (shape.name(), Mix::Only(shape)));
    let all: Vec<(&str, Mix)> = mixes.into_iter().chain(shapes.filter(|(_, mix)| !is_all_cel(*mix))).collect();
    if let Some((_, mix)) = all.iter().find(|(name, _)| *name == text) {
        return Ok(*mix);
    }
    if Shape::named(text).is_some() {
        return Err("asks for nothing but CEL, which this version does not have".to_owned());
    }
    let names = || all.iter().map(|(name, _)| *name);
    let near = did_you_mean(&near(text, names()));
    Err(format!("there is no mix or shape `{text}`, only {}{near}", names().collect::<Vec<_>>().join(", ")))
}

fn is_all_cel(mix: Mix) -> bool {
    matches!(mix, Mix::Only(shape) if shape.without_cel().is_none())
}

#[cfg(test)]
mod tests {
    use fleet::{Mix, Shape};

    use super::{Simulated, simulated, size};

    #[track_caller]
    fn check_simulated(text: &str, want: Result<(u32, u32, Mix), &str>) {
        let want = want.map(|(clusters, placements, mix)| Simulated { clusters, placements, mix });
        assert_eq!(simulated(text), want.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn a_fleet_by_its_size() {
        check_simulated("10x3", Ok((10, 3, Mix::Varied)));
        check_simulated("10x3:mix", Ok((10, 3, Mix::Plain)));
        check_simulated("10x3:bnarrow", Ok((10, 3, Mix::Only(Shape::Bnarrow))));
        check_simulated("4294967295x1:h", Ok((u32::MAX, 1, Mix::Only(Shape::H))));
    }
    #[test]
    fn no_fleet() {
        let form = Err("must be clusters x placements, such as 10000x1000 or 10000x1000:mix");
        for text in ["", "10", "x", "10x", "ax3", "1.5x3", "-1x3", "10x3x4"] {
            check_simulated(text, form);
        }
        check_simulated("0x3", Err("must be at least 1 of each"));
        check_simulated("4294967296x3", Err("must be at most 4294967295 of each"));
    }
    #[test]
    fn an_unknown_mix() {
        let names = "there is no mix or shape `bnarow`, only mix, mixv, a, aall, b, bnarrow, c, e, f, g, u, h, did you mean \
                     `bnarrow`?";
        check_simulated("10x3:bnarow", Err(names));
        check_simulated("10x3:d0", Err("asks for nothing but CEL, which this version does not have"));
    }

    #[track_caller]
    fn check(text: &str, want: Option<u64>) {
        assert_eq!(size(text).ok(), want, "{text}");
    }

    #[test]
    fn plain_bytes() {
        check("1048576", Some(1 << 20));
    }
    #[test]
    fn binary_and_decimal_suffixes() {
        check("2Gi", Some(2 << 30));
        check("500M", Some(500_000_000));
    }
    #[test]
    fn nothing_is_no_size() {
        check("0", None);
        check("", None);
        check("Gi", None);
    }
    #[test]
    fn fractions_signs_and_unknown_suffixes_are_refused() {
        check("1.5Gi", None);
        check("-1", None);
        check("1GB", None);
        check("1é", None);
    }
    #[test]
    fn too_large_for_64_bits() {
        check("99999999Ti", None);
    }
}
