//! The built-in filters and prioritizers, and the two named profiles.
