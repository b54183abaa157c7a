//! TLS versions and cipher suites by Go's names.

use rustls::{SupportedCipherSuite, SupportedProtocolVersion};

/// What TLS is spoken with.
#[derive(Clone, Debug)]
pub(crate) struct Spoken {
    /// Not empty.
    pub versions: Vec<&'static SupportedProtocolVersion>,
    /// Those of TLS 1.3 are always among them, as in Go.
    pub suites: Vec<SupportedCipherSuite>,
    /// What was asked for and is known, but not offered here.
    pub left_out: Vec<String>,
}

/// What Go knows, and we do not offer: CBC, RC4, 3DES, key exchange by RSA.
const NOT_OFFERED: [&str; 16] = [
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
    "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_RC4_128_SHA",
];

/// The versions from `min_version` on, and the suites of these names; empty: all that are offered.
///
/// # Errors
/// Upstream's text: a version or suites that nobody knows, or none of the suites is offered.
pub(crate) fn spoken(min_version: &str, suites: &[String]) -> Result<Spoken, String> {
    let mut left_out = Vec::new();
    let versions = match min_version {
        "" | "VersionTLS12" | "TLSv1.2" => vec![&rustls::version::TLS12, &rustls::version::TLS13],
        "VersionTLS13" | "TLSv1.3" => vec![&rustls::version::TLS13],
        "VersionTLS10" | "VersionTLS11" | "TLSv1.0" | "TLSv1.1" => {
            left_out.push(min_version.to_owned());
            vec![&rustls::version::TLS12, &rustls::version::TLS13]
        }
        unknown => return Err(format!("invalid --tls-min-version: unknown TLS version: {unknown}")),
    };
    let asked: Vec<&str> = suites.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
    let unknown: Vec<&str> =
        asked.iter().filter(|name| offered(name).is_none() && !NOT_OFFERED.contains(name)).copied().collect();
    let unsupported = |names: &[&str]| Err(format!("unsupported cipher suites: [{}]", names.join(" ")));
    if !unknown.is_empty() {
        return unsupported(&unknown);
    }
    if !asked.is_empty() && asked.iter().all(|name| offered(name).is_none()) {
        return unsupported(&asked);
    }
    left_out.extend(asked.iter().filter(|name| offered(name).is_none()).map(|name| (*name).to_owned()));
    let wanted: Vec<SupportedCipherSuite> = asked.iter().filter_map(|name| offered(name)).collect();
    let speaks = |suite: &SupportedCipherSuite| {
        asked.is_empty() || suite.tls13().is_some() || wanted.iter().any(|it| it.suite() == suite.suite())
    };
    let suites = all().iter().filter(|suite| speaks(suite)).copied().collect();
    Ok(Spoken { versions, suites, left_out })
}

fn all() -> &'static [SupportedCipherSuite] {
    rustls::crypto::ring::ALL_CIPHER_SUITES
}

/// The suite of this name.
fn offered(name: &str) -> Option<SupportedCipherSuite> {
    // Go took these two without their hash before it was in the name.
    let name = match name {
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305" => "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305" => "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        name => name,
    };
    let iana = |suite: &SupportedCipherSuite| suite.suite().as_str().map(|name| name.replacen("TLS13_", "TLS_", 1));
    all().iter().find(|suite| iana(suite).as_deref() == Some(name)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    #[track_caller]
    fn check(min: &str, suites: &str, versions: usize, tls12: &[&str], left_out: &[&str]) {
        let spoken = spoken(min, &names(suites)).unwrap();
        assert_eq!(spoken.versions.len(), versions);
        let of_12 = spoken.suites.iter().filter(|suite| suite.tls13().is_none());
        let of_12: Vec<String> = of_12.filter_map(|suite| suite.suite().as_str().map(str::to_owned)).collect();
        assert_eq!(of_12, tls12);
        assert_eq!(spoken.suites.iter().filter(|suite| suite.tls13().is_some()).count(), 3);
        assert_eq!(spoken.left_out, left_out);
    }

    #[test]
    fn nothing_asked() {
        let spoken = spoken("", &[]).unwrap();
        assert_eq!((spoken.versions.len(), spoken.suites.len()), (2, 9));
    }

    #[test]
    fn some_suites() {
        let rsa = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
        check("VersionTLS12", rsa, 2, &[rsa], &[]);
        check("VersionTLS13", &format!("{rsa},TLS_AES_128_GCM_SHA256"), 1, &[rsa], &[]);
        check("TLSv1.2", "TLS_AES_128_GCM_SHA256", 2, &[], &[]);
        let old = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305";
        check("", old, 2, &["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"], &[]);
    }

    #[test]
    fn known_but_not_offered() {
        let rsa = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
        let cbc = "TLS_RSA_WITH_AES_128_CBC_SHA";
        check("VersionTLS10", &format!("{cbc},{rsa}"), 2, &[rsa], &["VersionTLS10", cbc]);
    }

    #[test]
    fn mistakes_have_upstreams_texts() {
        let error = |min: &str, suites: &str| spoken(min, &names(suites)).unwrap_err();
        assert_eq!(error("TLS12", ""), "invalid --tls-min-version: unknown TLS version: TLS12");
        let rsa = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
        assert_eq!(error("", &format!("A,{rsa},B")), "unsupported cipher suites: [A B]");
        let cbc = "TLS_RSA_WITH_AES_128_CBC_SHA";
        assert_eq!(error("", cbc), format!("unsupported cipher suites: [{cbc}]"));
    }

    #[test]
    fn no_name_is_both_offered_and_not() {
        assert!(NOT_OFFERED.iter().all(|name| offered(name).is_none()));
    }
}
