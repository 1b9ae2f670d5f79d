//! Parsers for credentials that no pattern describes: assignments, addresses with a password, key blocks, headers, files of credentials.

use std::ops::Range;

use crate::domain::Sureness;
use crate::scan::detect::Text;

pub(super) struct Native {
    pub(super) name: &'static str,
    pub(super) parse: fn(&Text<'_>, usize, &mut dyn FnMut(Parsed)),
}

pub(super) const NATIVES: &[&Native] = &[];

pub(super) struct Parsed {
    pub(super) select: String,
    pub(super) secret: Range<usize>,
    pub(super) span: Range<usize>,
    pub(super) key: Option<String>,
    pub(super) parts: Vec<(String, Range<usize>)>,
    pub(super) facts: Vec<(String, String)>,
    pub(super) sureness: Sureness,
    pub(super) guessable: bool,
}
