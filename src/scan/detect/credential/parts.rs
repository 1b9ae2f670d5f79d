//! Companion parts: the other half of a key pair, the host that a key opens.

use std::ops::Range;

use super::verify::State;
use super::{boundary, context, value};
use crate::rulepack::rule::{Part, Rule};

/// Names and places of the parts near the credential; `None` if a required one is missing.
pub(super) fn find(rule: &Rule, text: &[u8], around: &Range<usize>, state: &mut State) -> Option<Vec<(String, Range<usize>)>> {
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    for part in &rule.parts {
        match nearest(part, text, around, state) {
            Some(span) => found.push((part.name.clone(), span)),
            None if part.required => return None,
            None => {}
        }
    }
    Some(found)
}

fn nearest(part: &Part, text: &[u8], around: &Range<usize>, state: &mut State) -> Option<Range<usize>> {
    let within = part.within as usize;
    let last = around.end.saturating_add(within).min(text.len());
    let mut best: Option<Range<usize>> = None;
    let mut at = around.start.saturating_sub(within);
    while at < last {
        let found = match_at(part, text, at, state).filter(|span| span.end <= around.start || span.start >= around.end);
        at = found.as_ref().map_or(at + 1, |span| span.end.max(at + 1));
        if let Some(span) = found.filter(|span| best.as_ref().is_none_or(|best| distance(span, around) < distance(best, around))) {
            best = Some(span);
        }
    }
    best
}

fn match_at(part: &Part, text: &[u8], at: usize, state: &mut State) -> Option<Range<usize>> {
    let shape = &part.shape;
    let starts = shape.first.contains(text[at]) && boundary::begins(text, at, &shape.left) && (shape.marked || boundary::is_value_position(text, at));
    let matched = starts.then(|| state.matched(shape, text, at)).flatten()?;
    let in_context = part.words.is_empty() || context::stands(text, &(at..matched.end), &part.words, part.within);
    (in_context && !value::is_placeholder(&text[matched.secret.clone()])).then_some(matched.secret)
}

fn distance(span: &Range<usize>, around: &Range<usize>) -> usize {
    if span.end <= around.start { around.start - span.end } else { span.start.saturating_sub(around.end) }
}
