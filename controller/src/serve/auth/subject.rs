//! The subject of a certificate: the user's name and groups are in it.

use super::User;

/// The tags of DER that are met here.
const INTEGER: u8 = 0x02;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// `[0]`: the version.
const VERSION: u8 = 0xa0;
/// 2.5.4.3 and 2.5.4.10.
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];
const ORGANIZATION: [u8; 3] = [0x55, 0x04, 0x0a];

/// The user of a certificate that was found good: its common name, in the groups of its organizations. `None`: no name.
pub(super) fn user(certificate: &[u8]) -> Option<User> {
    let (subject, mut user) = (subject(certificate)?, User::default());
    let mut names = subject;
    while !names.is_empty() {
        let mut set = expect(&mut names, SET)?;
        while !set.is_empty() {
            let mut attribute = expect(&mut set, SEQUENCE)?;
            let kind = expect(&mut attribute, OID)?;
            let (_, value) = next(&mut attribute)?;
            match std::str::from_utf8(value) {
                Ok(text) if kind == COMMON_NAME => user.name = text.to_owned(),
                Ok(text) if kind == ORGANIZATION => user.groups.push(text.to_owned()),
                _ => {}
            }
        }
    }
    user.groups.push("system:authenticated".to_owned());
    (!user.name.is_empty()).then_some(user)
}

/// The contents of the subject: RFC 5280, 4.1.
fn subject(mut certificate: &[u8]) -> Option<&[u8]> {
    let mut whole = expect(&mut certificate, SEQUENCE)?;
    let mut signed = expect(&mut whole, SEQUENCE)?;
    if signed.first() == Some(&VERSION) {
        next(&mut signed)?;
    }
    expect(&mut signed, INTEGER)?;
    // The signature's algorithm, the issuer, the validity.
    for _ in 0..3 {
        expect(&mut signed, SEQUENCE)?;
    }
    expect(&mut signed, SEQUENCE)
}

/// The contents of the next element, which has this tag.
fn expect<'a>(from: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    next(from).filter(|(found, _)| *found == tag).map(|(_, contents)| contents)
}

/// The next element: its tag and contents.
fn next<'a>(from: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&tag, rest) = from.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let length = if first < 0x80 {
        usize::from(first)
    } else {
        let (digits, after) =
            rest.split_at_checked(usize::from(first & 0x7f)).filter(|(digits, _)| digits.len() <= 4)?;
        rest = after;
        digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit))
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    *from = rest;
    Some((tag, contents))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    fn certificate(names: &[(DnType, &str)]) -> Vec<u8> {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        names.iter().for_each(|(kind, value)| params.distinguished_name.push(kind.clone(), *value));
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn name_and_group() {
        let names = [
            (DnType::OrganizationName, "system:masters"),
            (DnType::CountryName, "DE"),
            (DnType::CommonName, "kubernetes-admin"),
        ];
        let user = user(&certificate(&names)).unwrap();
        assert_eq!(user.name, "kubernetes-admin");
        assert_eq!(user.groups, ["system:masters", "system:authenticated"]);
    }

    #[test]
    fn no_name() {
        assert_eq!(user(&certificate(&[(DnType::OrganizationName, "a")])), None);
    }

    #[test]
    fn cut_anywhere() {
        let whole = certificate(&[(DnType::CommonName, "a")]);
        // All before the end of the subject is needed.
        assert!((0..60).all(|length| user(&whole[..length]).is_none()));
    }
}
