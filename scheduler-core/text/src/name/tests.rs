//! Tables of this module.
