//! Patterns as small programs for a backtracker (`machine.rs` runs them): plain data that is made at build time.

use regex_syntax::hir::{Hir, HirKind, Repetition};
use serde::{Deserialize, Serialize};

use super::analyse;
use super::literal::ByteSet;

/// Longer programs are refused.
const MOST_INSTRUCTIONS: usize = 3000;
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Instruction {
    Literal(Vec<u8>),
    Set(u16),
    /// A repeated set. `least..=most` bytes.
    Run {
        set: u16,
        least: u32,
        most: u32,
        greedy: bool,
    },
    /// Tries the first, then the second.
    Split(u32, u32),
    Jump(u32),
    /// Where the secret starts (0) or ends (1).
    Save(u8),
    /// The match ends here, unless the next byte is of the set.
    Match {
        unless: u16,
    },
}

/// A compiled pattern.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Program {
    pub(super) code: Vec<Instruction>,
    pub(super) sets: Vec<ByteSet>,
}

impl Program {
    /// `unless`: bytes that must not follow the match. The error says what the pattern may not use.
    pub fn compile(hir: &Hir, unless: ByteSet) -> Result<Self, String> {
        let mut program = Self::default();
        program.push(hir)?;
        let unless = program.set(unless);
        program.code.push(Instruction::Match { unless });
        Ok(program)
    }

    /// Every byte that a match may hold.
    pub fn alphabet(&self) -> ByteSet {
        let literal = |instruction: &Instruction| if let Instruction::Literal(bytes) = instruction { ByteSet::from_bytes(bytes) } else { ByteSet::EMPTY };
        let sets = self.code.iter().map(|instruction| match instruction {
            Instruction::Set(set) | Instruction::Run { set, .. } => self.sets[usize::from(*set)],
            other => literal(other),
        });
        sets.fold(ByteSet::EMPTY, ByteSet::union)
    }

    fn push(&mut self, hir: &Hir) -> Result<(), String> {
        if self.code.len() > MOST_INSTRUCTIONS {
            return Err("the pattern is too large".into());
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Look(_) => return Err("the pattern uses ^, $ or \\b; boundaries are the engine's work".into()),
            HirKind::Literal(literal) => self.code.push(Instruction::Literal(literal.0.to_vec())),
            HirKind::Class(class) => {
                let set = analyse::class_bytes(class).ok_or("the pattern uses a Unicode class")?;
                let set = self.set(set);
                self.code.push(Instruction::Set(set));
            }
            HirKind::Capture(capture) if capture.name.as_deref() == Some("secret") => {
                self.code.push(Instruction::Save(0));
                self.push(&capture.sub)?;
                self.code.push(Instruction::Save(1));
            }
            HirKind::Capture(capture) => self.push(&capture.sub)?,
            HirKind::Concat(items) => items.iter().try_for_each(|item| self.push(item))?,
            HirKind::Alternation(items) => self.push_alternation(items)?,
            HirKind::Repetition(repetition) => self.push_repetition(repetition)?,
        }
        Ok(())
    }

    fn push_alternation(&mut self, items: &[Hir]) -> Result<(), String> {
        let mut jumps = Vec::new();
        for (i, item) in items.iter().enumerate() {
            if i + 1 == items.len() {
                self.push(item)?;
                break;
            }
            let split = self.hole();
            self.push(item)?;
            jumps.push(self.hole());
            self.code[split] = Instruction::Split(split as u32 + 1, self.code.len() as u32);
        }
        for jump in jumps {
            self.code[jump] = Instruction::Jump(self.code.len() as u32);
        }
        Ok(())
    }

    fn push_repetition(&mut self, repetition: &Repetition) -> Result<(), String> {
        let most = repetition.max.ok_or("the pattern has a repetition without an upper bound")?;
        if let Some(set) = single(&repetition.sub) {
            let set = self.set(set);
            self.code.push(Instruction::Run { set, least: repetition.min, most, greedy: repetition.greedy });
            return Ok(());
        }
        for _ in 0..repetition.min {
            self.push(&repetition.sub)?;
        }
        let mut splits = Vec::new();
        for _ in repetition.min..most {
            splits.push(self.hole());
            self.push(&repetition.sub)?;
        }
        let end = self.code.len() as u32;
        for split in splits {
            let (more, less) = (split as u32 + 1, end);
            self.code[split] = if repetition.greedy { Instruction::Split(more, less) } else { Instruction::Split(less, more) };
        }
        Ok(())
    }

    /// A place for an instruction whose target is not known yet.
    fn hole(&mut self) -> usize {
        self.code.push(Instruction::Jump(0));
        self.code.len() - 1
    }

    fn set(&mut self, set: ByteSet) -> u16 {
        let found = self.sets.iter().position(|known| *known == set);
        let index = found.unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        u16::try_from(index).expect("a program has fewer sets than instructions")
    }
}

/// The set of a piece that matches exactly one byte.
fn single(hir: &Hir) -> Option<ByteSet> {
    match hir.kind() {
        HirKind::Class(class) => analyse::class_bytes(class),
        HirKind::Literal(literal) if literal.0.len() == 1 => Some(ByteSet::from_bytes(&literal.0)),
        HirKind::Capture(capture) if capture.name.is_none() => single(&capture.sub),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unbounded_patterns_and_anchors_are_refused() {
        let compile = |pattern: &str| Program::compile(&analyse::parse(pattern).expect("the test's pattern is valid"), ByteSet::EMPTY);
        assert!(compile("a[b-c]+").is_err());
        assert!(compile(r"(?-u:\b)a").is_err());
    }
}
