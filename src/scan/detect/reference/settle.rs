//! What all of a text says about the references that were met in it: docstrings are left out, names that stand elsewhere are looked
//! up, what several shapes have seen is told once. A search remembers what was met, and settles it anew for each text.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

use super::kind::Docstrings;
use super::{Compiled, accept, compiled, resolve};
use crate::domain::{Evidence, Reference};
use crate::rulepack;
use crate::rulepack::shape::Shape;
use crate::scan::detect::{Sighting, Text};

/// Words that stand for no name.
const NO_NAMES: [&str; 12] = ["None", "True", "False", "self", "cls", "null", "undefined", "nil", "true", "false", "this", "..."];
/// Of an expression that nothing resolves, so much is shown.
const SHOWN: usize = 80;

/// A reference as it was met.
pub(in crate::scan::detect) trait Met: Sized {
    fn span(&self) -> Range<usize>;
    fn sighting(&self) -> &Sighting;
    fn with(self, evidence: Evidence) -> Self;

    fn reference(&self) -> Option<&Reference> {
        match &self.sighting().evidence {
            Evidence::Reference(reference) => Some(reference),
            _ => None,
        }
    }
}

impl Met for Sighting {
    fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    fn sighting(&self) -> &Sighting {
        self
    }

    fn with(self, evidence: Evidence) -> Self {
        Self { evidence, ..self }
    }
}

/// Sorts by anchor what was met, and settles it.
pub(in crate::scan::detect) fn settle<T: Met>(text: &Text<'_>, mut met: Vec<(usize, T)>) -> Vec<(usize, T)> {
    met.sort_by_key(|(at, _)| *at);
    let mut docstrings = Docstrings::new(text);
    met.retain(|(at, _)| !docstrings.holds(*at));
    let earlier = if met.is_empty() || text.before.is_empty() { Vec::new() } else { [text.before, text.bytes].concat() };
    let mut whole = Whole { text, earlier, hints: BTreeMap::new(), left: Cell::new(resolve::LOOKUPS) };
    let mut settled: Vec<(usize, T)> = met.into_iter().filter_map(|(at, met)| Some((at, whole.known(met)?))).collect();
    let spans: Vec<_> = settled.iter().map(|(_, met)| met.span()).collect();
    let mut number = 0..spans.len();
    settled.retain(|_| number.next().is_some_and(|this| !is_told(&spans, this)));
    settled
}

/// A name that another shape has seen too, or more of it. Spans are few, and those that meet stand side by side.
fn is_told(spans: &[Range<usize>], this: usize) -> bool {
    const NEAR: usize = 8;
    let span = &spans[this];
    let covers = |(other, wide): (usize, &Range<usize>)| {
        let equal = wide == span;
        (equal && other < this) || !equal && wide.start <= span.start && wide.end >= span.end
    };
    let from = this.saturating_sub(NEAR);
    spans.iter().enumerate().skip(from).take(2 * NEAR).any(covers)
}

/// A text, and what has been asked of it.
struct Whole<'t> {
    text: &'t Text<'t>,
    /// The text behind the code that ran before it, where there is any.
    earlier: Vec<u8>,
    /// By shape: does the text hold one of its hints?
    hints: BTreeMap<&'static str, bool>,
    /// Lookups that are left.
    left: Cell<usize>,
}

impl Whole<'_> {
    /// The reference with what the text says of it; none when the text says that it is none.
    fn known<T: Met>(&mut self, met: T) -> Option<T> {
        let reference = met.reference()?;
        let shape = rulepack::pack().shapes().iter().find(|shape| shape.name == reference.shape)?;
        if !shape.hints.is_empty() && !*self.hints.entry(shape.name.as_str()).or_insert_with(|| hints(self.text.bytes, &shape.hints)) {
            return None;
        }
        let mut told = reference.clone();
        if told.dynamic {
            told = self.named(shape, told, met.span().start)?;
        }
        if told.revision.is_none() {
            told.revision = named_revision(self.text.bytes, compiled(shape), &met.span(), &self.left);
            told.pinned = !told.dynamic && accept::is_pinned(&told.identity.scheme, &told.identity.name, told.revision.as_deref());
        }
        // What stays as it was keeps its place in memory.
        if told == *reference { Some(met) } else { Some(met.with(Evidence::Reference(told))) }
    }

    fn named(&self, shape: &Shape, mut reference: Reference, at: usize) -> Option<Reference> {
        let written = reference.identity.name.as_str();
        let (bytes, at) = if self.earlier.is_empty() { (self.text.bytes, at) } else { (self.earlier.as_slice(), self.text.before.len() + at) };
        let meaning = match written.starts_with('$') && !written.contains('"') {
            true => resolve::variable(bytes, at, written, &self.left),
            false => resolve::meaning(bytes, at, written, &self.left),
        };
        let Some(name) = meaning else {
            let has_name = shape.unresolved && written.bytes().any(|byte| byte.is_ascii_alphabetic()) && !is_object(written);
            reference.identity.name = shown(written);
            return has_name.then_some(reference);
        };
        let (name, revision) = accept::parted(&shape.scheme, Some(name).filter(|name| is_name(name))?);
        let scheme = accept::scheme(shape, &name)?;
        reference.dynamic = false;
        reference.revision = reference.revision.or(revision);
        reference.pinned = accept::is_pinned(scheme, &name, reference.revision.as_deref());
        (reference.identity.scheme, reference.identity.name) = (scheme.to_owned(), accept::normal(scheme, name));
        Some(reference)
    }
}

/// Libraries take a loaded model where a name may stand: what is made by a call, unpacked, or called a model.
fn is_object(expression: &str) -> bool {
    const MADE: [&str; 6] = ["get", "getenv", "join", "str", "Path", "format"];
    let callee = expression.split('(').next().unwrap_or_default();
    let is_made = expression.ends_with(')') && !expression.starts_with('$') && !MADE.contains(&callee.rsplit('.').next().unwrap_or_default());
    let is_model = expression.ends_with("model") && !expression.contains(['.', '$', '[']) || expression.ends_with("unet");
    NO_NAMES.contains(&expression) || expression.starts_with('*') || is_made || is_model
}

/// An expression for people: on one line, short, and of its strings only letters, as names of variables and keys have them.
fn shown(expression: &str) -> String {
    let mut quote = None;
    let mut out = String::new();
    for c in expression.chars().filter(|c| !c.is_whitespace()) {
        let in_string = quote.is_some() && quote != Some(c);
        if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && matches!(c, '"' | '\'' | '`') {
            quote = Some(c);
        }
        out.push(if in_string && !(c.is_ascii_alphabetic() || matches!(c, '_' | '{' | '}')) { '.' } else { c });
        if out.len() >= SHOWN {
            break;
        }
    }
    out
}

/// What a name is made of; constants may hold anything.
fn is_name(text: &str) -> bool {
    const LONGEST: usize = 200;
    text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:@+ ~\\".contains(&byte))
}

/// `revision=COMMIT`, where the file says what that is.
fn named_revision(bytes: &[u8], compiled: &Compiled, span: &Range<usize>, left: &Cell<usize>) -> Option<String> {
    compiled.revision.as_ref()?;
    let rest = super::call(bytes, span.end);
    let at = memchr::memmem::find(rest, b"revision=")? + b"revision=".len();
    let text = super::expression::expression(&rest[at..]);
    resolve::meaning(bytes, span.end + at, text, left).filter(|revision| revision.len() <= 64 && !NO_NAMES.contains(&text))
}

fn hints(bytes: &[u8], hints: &[String]) -> bool {
    let is_there = |hint: &String| {
        let (first, rest) = (hint.as_bytes().first().copied().unwrap_or_default(), hint.as_bytes());
        memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes)
            .any(|at| bytes[at..].get(..rest.len()).is_some_and(|found| found.eq_ignore_ascii_case(rest)))
    };
    hints.iter().any(is_there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strings_hold_is_not_shown() {
        assert_eq!(shown("os.environ[\"MODEL\"]"), "os.environ[\"MODEL\"]");
        assert_eq!(shown("f(\n  'a-1 2')"), "f('a...')");
        assert_eq!(shown(&"x".repeat(300)).len(), SHOWN);
    }
}
