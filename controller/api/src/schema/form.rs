//! The forms that texts must have: the CRDs' patterns and the syntax of names, by hand because each is a few lines.

use std::fmt;

/// A form of texts and how to say what it is.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    fits: fn(&str) -> bool,
    /// Ends the sentence "must be …".
    pub(crate) says: &'static str,
    /// How a CRD says the same.
    pub(crate) in_crd: InCrd,
}

/// What an API server knows of texts.
#[derive(Clone, Copy)]
pub(crate) enum InCrd {
    Anything,
    /// A regular expression.
    Pattern(&'static str),
    /// One of the formats that servers have code for.
    Format(&'static str),
}

impl Form {
    /// Whether a text has the form. O(length).
    pub(crate) fn fits(self, text: &str) -> bool {
        (self.fits)(text)
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.says)
    }
}

pub(super) const ANY: Form = Form { fits: |_| true, says: "text", in_crd: InCrd::Anything };

/// Bytes as text. Not looked at here: they are long, every cluster has some, and no answer depends on them.
pub(super) const BASE64: Form = Form { fits: |_| true, says: "text", in_crd: InCrd::Format("byte") };

/// Names of objects.
pub(super) const SUBDOMAIN: Form = Form {
    fits: |text| kube_text::check_dns_subdomain(text).is_ok(),
    says: "at most 253 lower-case letters, digits, `-` and `.`, each part between dots beginning and ending with a letter or digit",
    in_crd: InCrd::Anything,
};

/// Names of namespaces.
pub(super) const DNS_LABEL: Form = Form {
    fits: |text| kube_text::check_dns_label(text).is_ok(),
    says: "at most 63 lower-case letters, digits and `-`, beginning and ending with a letter or digit",
    in_crd: InCrd::Pattern(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"),
};

pub(super) const LABEL_KEY: Form = Form {
    fits: |text| kube_text::check_key(text).is_ok(),
    says: "a label key: at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, perhaps after a DNS name and `/`",
    in_crd: InCrd::Anything,
};

pub(super) const ANNOTATION_KEY: Form = Form {
    fits: |text| kube_text::check_annotation_key(text).is_ok(),
    says: "an annotation key: at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, perhaps after a DNS name and `/`",
    in_crd: InCrd::Anything,
};

pub(super) const LABEL_VALUE: Form = Form {
    fits: |text| kube_text::check_value(text).is_ok(),
    says: "a label value: at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, or empty",
    in_crd: InCrd::Anything,
};

/// Keys of taints, tolerations and topologies, types of conditions.
pub(super) const QUALIFIED: Form = Form {
    fits: kube_text::is_taint_key,
    says: "letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, perhaps after a DNS name and `/`",
    in_crd: InCrd::Pattern(
        r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
    ),
};

pub(super) const GROUP_NAME: Form = Form {
    fits: |text| (2..=63).contains(&text.len()) && is_name(text, |b| matches!(b, b'-' | b'_' | b'.')),
    says: "2 to 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit",
    in_crd: InCrd::Pattern(r"^[a-zA-Z0-9][-A-Za-z0-9_.]{0,61}[a-zA-Z0-9]$"),
};

/// `1` and more, or `1%` to `100%`; the scheduler refuses the first as text (Q6).
pub(super) const GROUP_SIZE: Form = Form {
    fits: |text| match text.strip_suffix('%') {
        Some("100") => true,
        Some(percent) => percent.len() <= 2 && is_positive(percent),
        None => is_positive(text),
    },
    says: "an integer or a percentage from `1%` to `100%`",
    in_crd: InCrd::Pattern(r"^((100|[1-9][0-9]{0,1})%|[1-9][0-9]*)$"),
};

pub(super) const RATE_LIMIT: Form = Form {
    fits: |text| {
        text.strip_suffix(['h', 'm', 's'])
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    },
    says: "digits and one of the units `h`, `m` and `s`, like `1m`",
    in_crd: InCrd::Pattern(r"^[0-9]+[hms]$"),
};

pub(super) const REASON: Form = Form {
    fits: |text| {
        let bytes = text.as_bytes();
        bytes.first().is_some_and(u8::is_ascii_alphabetic)
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b',' | b':'))
            && bytes.last().is_some_and(|&b| b.is_ascii_alphanumeric() || b == b'_')
    },
    says: "letters, digits, `_`, `,` and `:`, beginning with a letter and not ending with `,` or `:`",
    in_crd: InCrd::Pattern(r"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"),
};

fn is_name(text: &str, also: fn(u8) -> bool) -> bool {
    let ends = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    ends(text.as_bytes().first())
        && ends(text.as_bytes().last())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || also(b))
}

fn is_positive(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(form: Form, fit: &[&str], not: &[&str]) {
        for text in fit {
            assert!(form.fits(text), "{text} is {form:?}");
        }
        for text in not {
            assert!(!form.fits(text), "{text} is not {form:?}");
        }
    }

    #[test]
    fn group_names() {
        check(GROUP_NAME, &["ab", "a-b", "A_9", &"x".repeat(63)], &["", "a", "-a", "a-", "a b", &"x".repeat(64)]);
    }

    #[test]
    fn group_sizes() {
        check(GROUP_SIZE, &["1", "10", "1%", "99%", "100%"], &["", "0", "01", "-1", "0%", "101%", "1 %", "%", "1.5%"]);
    }

    #[test]
    fn rate_limits() {
        check(RATE_LIMIT, &["1m", "0s", "99h"], &["", "m", "1", "1d", "1.5m", "-1m", "1mm"]);
    }

    #[test]
    fn reasons() {
        check(REASON, &["A", "AllDecisionsScheduled", "a_b,c:d_"], &["", "1a", "a,", "a:", "a b"]);
    }
}
