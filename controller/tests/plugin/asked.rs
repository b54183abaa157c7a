//! `placewright plugin test`.

use std::fs;

use serde_json::{Value, json};

use super::{demo, folder, guest, run, text};

#[test]
fn what_it_says_of_each_cluster() {
    let folder = demo("asked", "");
    for given in ["demo.wasm", "plugin.yaml"] {
        let ran = run(&["plugin", "test", text(&folder.join(given)), "-f", text(&folder.join("hub.yaml"))]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
        let want = [
            "SETTINGS   CLUSTER   RAW SCORE   SCORE   VERDICT",
            "default    a                 4    -100   kept",
            "default    b                             taken out: no region",
            "default    c               8.5     100   kept",
        ];
        assert_eq!(ran.out.lines().collect::<Vec<_>>(), want);
    }
}

#[test]
fn for_programs() {
    let folder = demo("asked-json", "");
    let hub = folder.join("hub.yaml");
    let args = ["plugin", "test", text(&folder), "-f", text(&hub), "-o", "json"];
    let said: Value = serde_json::from_str(&run(&args).out).unwrap();
    let clusters = json!([
        {"cluster": "a", "takenOut": null, "rawScore": 4.0, "score": -100},
        {"cluster": "b", "takenOut": "no region", "rawScore": null, "score": null},
        {"cluster": "c", "takenOut": null, "rawScore": 8.5, "score": 100},
    ]);
    assert_eq!(said, json!({"settings": {"default": clusters}}));
}

#[test]
fn expectations_are_written_and_met() {
    let folder = demo("asked-expected", ", settings: {default: {a: 1}, other: {}}");
    let (hub, expected) = (folder.join("hub.yaml"), folder.join("expected.yml"));
    let args = ["plugin", "test", text(&folder.join("plugin.yaml")), "-f", text(&hub), "--expect", text(&expected)]
        .map(str::to_owned);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let missing = run(&args);
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("expected.yml: "), "{}", missing.err);
    assert_eq!(run(&[&args[..], &["--bless"]].concat()).code, Some(0));
    let written = fs::read_to_string(&expected).unwrap();
    let of = "a:\n    score: 4.0\n  b:\n    out: no region\n  c:\n    score: 8.5\n";
    assert_eq!(written, format!("default:\n  {of}other:\n  {of}"));
    let met = run(&args);
    assert_eq!((met.code, met.err.as_str()), (Some(0), ""));

    fs::write(&expected, "default:\n  a: {score: 4}\n  b: {}\n  c: {out: no region}\n  d: {}\nfirst: {}\n").unwrap();
    let other = run(&args);
    assert_eq!(other.code, Some(1));
    let at = format!("error: {}: ", expected.display());
    let told: Vec<&str> = other.err.lines().map(|line| line.strip_prefix(&at).unwrap()).collect();
    let want = [
        "default: b: expected no score, got taken out: no region",
        "default: c: expected taken out: no region, got score 8.5",
        "default: d: expected no score, got no such cluster",
        "first: the plugin said nothing under such a settings document",
    ];
    assert_eq!(told, want);
    assert_eq!(other.out, met.out);
}

#[test]
fn expectations_with_a_mistake() {
    let folder = demo("asked-mistaken", "");
    let expected = folder.join("expected.yml");
    for (text_of, says) in [
        (
            "default: {a: {scores: 4}}",
            "default.a.scores: there is no such field, only score, out, did you mean `score`?",
        ),
        ("default: {a: {score: x}}", "default.a.score: must be a number, got `x`"),
        ("default: {a: {score: 1, out: x}}", "default.a: has a score only if it is not taken out"),
        ("[]", "the document: must be a map, got `[]`"),
    ] {
        fs::write(&expected, text_of).unwrap();
        let (plugin, hub) = (folder.join("plugin.yaml"), folder.join("hub.yaml"));
        let ran = run(&["plugin", "test", text(&plugin), "-f", text(&hub), "--expect", text(&expected)]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.err.ends_with(&format!("expected.yml: {says}\n")), "{}", ran.err);
    }
}

#[test]
fn one_of_several() {
    let folder = demo("asked-several", "");
    let one = fs::read_to_string(folder.join("plugin.yaml")).unwrap();
    let other = one.replace("name: demo", "name: other").replace("spec: {", "spec: {settings: {first: {}}, ");
    fs::write(folder.join("plugin.yaml"), format!("{one}---\n{other}")).unwrap();
    let (plugin, hub) = (folder.join("plugin.yaml"), folder.join("hub.yaml"));
    let args = ["plugin", "test", text(&plugin), "-f", text(&hub)];
    let neither = run(&args);
    assert_eq!(neither.code, Some(1));
    let says = "plugin.yaml: --plugin must be one of the plugins in it: demo, other\n";
    assert!(neither.err.ends_with(says), "{}", neither.err);
    let chosen = run(&[&args[..], &["--plugin", "other"]].concat());
    assert_eq!(chosen.code, Some(0));
    assert!(chosen.out.contains("\nfirst      a "), "{}", chosen.out);
}

#[test]
fn a_plugin_that_fails() {
    let bytes = guest().with("score", "unreachable").bytes();
    let folder = folder("asked-failing", &[("demo.wasm", &bytes), ("hub.yaml", super::HUB.as_bytes())]);
    let ran = run(&["plugin", "test", text(&folder.join("demo.wasm")), "-f", text(&folder.join("hub.yaml"))]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("demo.wasm: settings `default`: `score` trapped: "), "{}", ran.err);
}

#[test]
fn no_clusters() {
    let folder = demo("asked-nobody", "");
    let plugin = folder.join("plugin.yaml");
    let ran = run(&["plugin", "test", text(&plugin), "-f", text(&plugin)]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("error: nothing to ask about: no ManagedCluster in the input\n"), "{}", ran.err);
}
