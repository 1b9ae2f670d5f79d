//! What wakes a rule: its rarest literal, its words, or a run of value characters. What would wake it too often is refused.

use regex_syntax::hir::Hir;

use super::analyse;
use super::anchor::{self, Required};
use super::frequency::Frequencies;
use super::literal::Literal;
use super::rule::Wake;

/// A literal more common than this in source code would wake its rule too often.
pub(super) const MOST_HITS_PER_MEGABYTE: f64 = 50.0;
/// Bytes of the shortest literal that may wake a rule; native parsers may ask for three.
pub(super) const SHORTEST_ANCHOR: usize = 4;
const SHORTEST_NATIVE_ANCHOR: usize = 3;
/// Bytes of the shortest run that a rule with common words must hold.
const SHORTEST_RUN: u32 = 16;

/// Decides what wakes a rule, and refuses what would wake it too often.
pub(super) fn wake(hir: &Hir, words: &[String], common: bool, frequencies: &Frequencies<'_>) -> Result<(Wake, Vec<Literal>), String> {
    let cost = |literals: &[Literal]| -> f64 { literals.iter().map(|literal| frequencies.per_megabyte(literal) + 0.1).sum() };
    let candidates = anchor::required(hir, &cost);
    let anchor = candidates.iter().filter(|candidate| candidate.literals.iter().all(|literal| lint(literal, frequencies).is_ok()));
    let anchor = anchor.min_by(|a, b| total_cost(a, &cost).total_cmp(&total_cost(b, &cost)));
    let words: Vec<Literal> = words.iter().map(|word| Literal::folded(word.as_bytes())).collect();
    if let Some(anchor) = anchor
        && (words.is_empty() || common || total_cost(anchor, &cost) <= cost(&words))
    {
        return Ok((Wake::Anchor { before: anchor.before }, anchor.literals.clone()));
    }
    if common {
        let run = analyse::run(hir);
        return match run.length >= SHORTEST_RUN {
            true => Ok((Wake::Run { length: run.length, before: run.before }, Vec::new())),
            false => Err(format!(
                "its words are common, and its longest run of letters, digits, `_` and `-` has {} characters; {SHORTEST_RUN} are needed",
                run.length
            )),
        };
    }
    if words.is_empty() {
        let closest = candidates.iter().min_by(|a, b| total_cost(a, &cost).total_cmp(&total_cost(b, &cost)));
        let problem = closest.and_then(|closest| closest.literals.iter().find_map(|literal| lint(literal, frequencies).err()));
        return Err(format!("no literal stands in every match that could wake the rule: {}", problem.unwrap_or("there is none at all".into())));
    }
    words.iter().try_for_each(|word| lint(word, frequencies))?;
    Ok((Wake::Word, words))
}

/// An anchor at a fixed place is cheaper to verify than one that may stand anywhere in the match.
fn total_cost(required: &Required, cost: &dyn Fn(&[Literal]) -> f64) -> f64 {
    let (least, most) = required.before;
    let starts = f64::from(most - least + 1);
    cost(&required.literals) * (1.0 + starts.log2() / 2.0) + f64::from(most) / 1e3
}

fn lint(literal: &Literal, frequencies: &Frequencies<'_>) -> Result<(), String> {
    let hits = frequencies.per_megabyte(literal);
    match literal.bytes.len() {
        length if length < SHORTEST_ANCHOR => Err(format!("anchor `{}` is shorter than {SHORTEST_ANCHOR} bytes", literal.display())),
        _ if hits > MOST_HITS_PER_MEGABYTE => {
            Err(format!("anchor `{}` is too common: about {hits:.0} hits/MB of source code, {MOST_HITS_PER_MEGABYTE} are allowed", literal.display()))
        }
        _ => Ok(()),
    }
}

/// The literals that a native parser asks for.
pub(super) fn native_anchors(anchors: &[String]) -> Result<Vec<Literal>, String> {
    match anchors.iter().find(|anchor| anchor.len() < SHORTEST_NATIVE_ANCHOR) {
        Some(anchor) => Err(format!("anchor `{anchor}` is shorter than {SHORTEST_NATIVE_ANCHOR} bytes")),
        None => Ok(anchors.iter().map(|anchor| Literal::folded(anchor.as_bytes())).collect()),
    }
}
