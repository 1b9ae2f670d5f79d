//! Runs the programs of `program.rs`: leftmost-first like the regex crate, anchored where it starts, with a budget of steps
//! instead of a worst case, and without a cache.

use std::ops::Range;

use super::program::{Instruction, Program};

/// Steps after which a search gives up: the caller falls back on an automaton.
pub const STEPS: u32 = 20_000;

/// What a program found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    pub end: usize,
    /// The group named `secret`, or all of it.
    pub secret: Range<usize>,
}

/// The search took more than its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverBudget;

/// Where to go on when a path fails. Kept between searches, so that none allocates.
#[derive(Default)]
pub struct Stack(Vec<Frame>);

enum Frame {
    Resume {
        at: u32,
        position: usize,
    },
    /// A greedy run gives one byte back.
    Shrink {
        at: u32,
        position: usize,
        least: usize,
    },
    /// A lazy run takes one byte more.
    Grow {
        at: u32,
        position: usize,
        most: usize,
        set: u16,
    },
    Restore {
        slot: u8,
        value: Option<usize>,
    },
}

impl Program {
    /// Searches at `start` only.
    pub fn run(&self, text: &[u8], start: usize, stack: &mut Stack, steps: &mut u32) -> Result<Option<Matched>, OverBudget> {
        stack.0.clear();
        let mut thread = Thread { program: self, text, at: 0, position: start, slots: [None; 2], stack: &mut stack.0 };
        loop {
            *steps = steps.checked_sub(1).ok_or(OverBudget)?;
            match thread.step() {
                Outcome::On => {}
                Outcome::Matched => {
                    let [from, to] = thread.slots;
                    let end = thread.position;
                    return Ok(Some(Matched { end, secret: from.unwrap_or(start)..to.unwrap_or(end) }));
                }
                Outcome::Failed if thread.resume() => {}
                Outcome::Failed => return Ok(None),
            }
        }
    }
}

enum Outcome {
    On,
    Matched,
    Failed,
}

struct Thread<'t> {
    program: &'t Program,
    text: &'t [u8],
    at: u32,
    position: usize,
    slots: [Option<usize>; 2],
    stack: &'t mut Vec<Frame>,
}

impl Thread<'_> {
    #[inline]
    fn step(&mut self) -> Outcome {
        match &self.program.code[self.at as usize] {
            Instruction::Literal(literal) => {
                if !self.text[self.position..].starts_with(literal) {
                    return Outcome::Failed;
                }
                self.position += literal.len();
            }
            Instruction::Set(set) => {
                if !self.text.get(self.position).is_some_and(|byte| self.program.sets[usize::from(*set)].contains(*byte)) {
                    return Outcome::Failed;
                }
                self.position += 1;
            }
            Instruction::Run { set, least, most, greedy } => return self.repeat(*set, *least as usize, *most as usize, *greedy),
            Instruction::Split(first, second) => {
                self.stack.push(Frame::Resume { at: *second, position: self.position });
                self.at = *first;
                return Outcome::On;
            }
            Instruction::Jump(target) => {
                self.at = *target;
                return Outcome::On;
            }
            Instruction::Save(slot) => {
                let value = self.slots[usize::from(*slot)].replace(self.position);
                self.stack.push(Frame::Restore { slot: *slot, value });
            }
            Instruction::Match { unless } => {
                let follows = self.text.get(self.position).is_some_and(|byte| self.program.sets[usize::from(*unless)].contains(*byte));
                return if follows { Outcome::Failed } else { Outcome::Matched };
            }
        }
        self.at += 1;
        Outcome::On
    }

    #[inline]
    fn repeat(&mut self, set: u16, least: usize, most: usize, greedy: bool) -> Outcome {
        let bytes = &self.program.sets[usize::from(set)];
        let most = most.min(self.text.len() - self.position);
        let wanted = if greedy { most } else { least.min(most) };
        let taken = self.text[self.position..self.position + wanted].iter().take_while(|byte| bytes.contains(**byte)).count();
        if taken < least {
            return Outcome::Failed;
        }
        self.at += 1;
        let (from, to) = (self.position, self.position + taken);
        if greedy && taken > least {
            self.stack.push(Frame::Shrink { at: self.at, position: to, least: from + least });
        } else if !greedy && taken < most {
            self.stack.push(Frame::Grow { at: self.at, position: to, most: from + most, set });
        }
        self.position = to;
        Outcome::On
    }

    /// Takes the last open choice the other way.
    fn resume(&mut self) -> bool {
        while let Some(frame) = self.stack.last_mut() {
            match frame {
                Frame::Resume { at, position } => {
                    (self.at, self.position) = (*at, *position);
                    self.stack.pop();
                    return true;
                }
                Frame::Shrink { at, position, least } => {
                    *position -= 1;
                    (self.at, self.position) = (*at, *position);
                    if *position == *least {
                        self.stack.pop();
                    }
                    return true;
                }
                Frame::Grow { at, position, most, set } => {
                    let more = *position < *most && self.program.sets[usize::from(*set)].contains(self.text[*position]);
                    if more {
                        *position += 1;
                        (self.at, self.position) = (*at, *position);
                        return true;
                    }
                    self.stack.pop();
                }
                Frame::Restore { slot, value } => {
                    self.slots[usize::from(*slot)] = *value;
                    self.stack.pop();
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::analyse;
    use super::super::literal::ByteSet;
    use super::*;

    fn run(pattern: &str, text: &str) -> Option<Range<usize>> {
        let hir = analyse::parse(pattern).expect("the test's pattern is valid");
        let program = Program::compile(&hir, analyse::right_edge(&hir)).expect("the test's pattern compiles");
        let found = program.run(text.as_bytes(), 0, &mut Stack::default(), &mut { STEPS }).expect("the budget suffices");
        found.map(|found| found.secret)
    }

    #[test]
    fn backtracks_until_the_boundary_holds() {
        assert_eq!(run("a[0-9]{2}(?:-[0-9]{1,2})?", "a12-3"), Some(0..5));
        assert_eq!(run("a[0-9]{2}(?:-[0-9]{1,2})?", "a12-345"), Some(0..3));
        assert_eq!(run("a[0-9]{2,4}", "a12345"), None);
        assert_eq!(run("a[0-9]{2,4}?x", "a1234x "), Some(0..6));
    }

    #[test]
    fn a_group_named_secret_is_what_counts() {
        assert_eq!(run("https://(?P<secret>[a-z]{3}|[0-9]{2})/x", "https://abc/x"), Some(8..11));
        assert_eq!(run("(?:(?P<secret>ab)c|abd)", "abd"), Some(0..3));
    }

    #[test]
    fn the_budget_ends_a_hopeless_search() {
        let hir = analyse::parse("(?:a{0,40}){0,40}b").expect("the test's pattern is valid");
        let program = Program::compile(&hir, ByteSet::EMPTY).expect("the test's pattern compiles");
        let text = "a".repeat(200);
        assert_eq!(program.run(text.as_bytes(), 0, &mut Stack::default(), &mut { STEPS }), Err(OverBudget));
    }
}
