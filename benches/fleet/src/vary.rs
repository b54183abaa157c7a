//! A hub of placements: the shapes in turn, either all alike or with values that differ by index.

use serde_json::{Value, json};

use crate::{
    cluster::{MINORS, PATCHES, REGIONS, SITES, TEAMS, TIERS},
    shape::Shape,
};

/// Which placements a hub holds. None of them asks for CEL, which comes with a later version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// `mix`: the shapes in turn, as they are: many placements share a selector.
    Plain,
    /// `mixv`: the same with label and claim values varied by index, so that sharing does not flatter.
    Varied,
    /// All of this shape, as it is. `D0` and `D`, of which nothing is left without CEL, ask for nothing.
    Only(Shape),
}

/// The shapes of a hub, in turn. Without CEL `D` counts as `C`.
const TURN: [Shape; 10] =
    [Shape::B, Shape::B, Shape::Bnarrow, Shape::B, Shape::A, Shape::C, Shape::C, Shape::E, Shape::F, Shape::H];

impl Mix {
    /// The shape of placement `index`.
    pub fn shape(self, index: u32) -> Shape {
        match self {
            Mix::Only(shape) => shape,
            Mix::Plain | Mix::Varied => TURN.iter().copied().nth((index % 10) as usize).unwrap_or(Shape::A),
        }
    }

    /// The spec of placement `index`, selecting `clusters`, or all of them if that is its shape.
    pub fn spec(self, index: u32, clusters: u32) -> Value {
        let shape = self.shape(index);
        let mut spec = shape.without_cel().unwrap_or_default();
        if shape != Shape::Aall {
            spec["numberOfClusters"] = json!(clusters);
        }
        let varied = match (self, shape) {
            (Mix::Varied, Shape::B | Shape::Bnarrow) => json!({ "labelSelector": labels(index) }),
            (Mix::Varied, Shape::C) => json!({ "claimSelector": claims(index) }),
            (Mix::Varied, Shape::H) => json!({ "claimSelector": claims(index), "labelSelector": labels(index) }),
            // As it is, or selecting by nothing that could vary.
            _ => return spec,
        };
        spec["predicates"] = json!([{ "requiredClusterSelector": varied }]);
        spec
    }
}

/// Ten regions from a moving start, and one more key in turn.
fn labels(index: u32) -> Value {
    let regions: Vec<String> = (0..10).map(|step| format!("region-{:02}", (index / 7 + step) % REGIONS)).collect();
    let (key, value) = match index % 4 {
        0 => ("site", format!("site-{:03}", index * 13 % SITES)),
        1 => ("team", format!("team-{:02}", index / 10 % TEAMS)),
        2 => ("version", version(index)),
        _ => ("tier", TIERS[(index / 10 % 3) as usize].to_owned()),
    };
    let env = ["prod", "stage", "dev"][(index / 20 % 3) as usize];
    json!({
        "matchExpressions": [
            { "key": "region", "operator": "In", "values": regions },
            { "key": key, "operator": if index % 8 < 4 { "NotIn" } else { "In" }, "values": [value] },
        ],
        "matchLabels": { "env": env },
    })
}

fn claims(index: u32) -> Value {
    json!({ "matchExpressions": [
        { "key": "platform.open-cluster-management.io", "operator": "In", "values": ["AWS", "GCP"] },
        { "key": "kubeversion.open-cluster-management.io", "operator": "NotIn", "values": [format!("v{}", version(index))] },
        { "key": "region.open-cluster-management.io", "operator": "NotIn",
          "values": [format!("region-{:02}", index / 10 % REGIONS)] },
    ] })
}

fn version(index: u32) -> String {
    let minors = MINORS.1 - MINORS.0 + 1;
    format!("1.{}.{}", MINORS.0 + index / PATCHES % minors, index % PATCHES)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn selectors(mix: Mix) -> usize {
        let all: BTreeSet<String> = (0..1000).map(|index| mix.spec(index, 10)["predicates"].to_string()).collect();
        all.len()
    }

    #[test]
    fn plain_shares_its_selectors() {
        // a, e and f have none; b, bnarrow, c, h have one each.
        assert_eq!(selectors(Mix::Plain), 5);
    }

    #[test]
    fn varied_shares_few() {
        assert!(selectors(Mix::Varied) >= 500, "{} distinct selectors", selectors(Mix::Varied));
    }

    #[test]
    fn both_take_the_shapes_in_turn() {
        let turn: Vec<_> = (0..10).map(|index| Mix::Varied.shape(index).name()).collect();
        assert_eq!(turn, ["b", "b", "bnarrow", "b", "a", "c", "c", "e", "f", "h"]);
    }

    #[test]
    fn nobody_asks_for_cel() {
        for mix in [Mix::Plain, Mix::Varied].into_iter().chain(Shape::ALL.map(Mix::Only)) {
            let asks = (0..1000).find(|index| mix.spec(*index, 10).to_string().contains("cel"));
            assert_eq!(asks, None, "{mix:?}");
        }
    }

    #[test]
    fn a_shape_alone_is_that_shape() {
        assert_eq!(Mix::Only(Shape::G).spec(7, 10), Shape::G.spec());
        assert_eq!(Mix::Only(Shape::Aall).spec(7, 10), Shape::Aall.spec());
        assert_eq!(Mix::Only(Shape::B).spec(7, 33)["numberOfClusters"], 33);
    }
}
