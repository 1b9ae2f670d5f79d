//! From a literal, a word or a run to the matches of the rules that it wakes, by the backtracker, in a bounded window.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use regex::bytes::{Regex, RegexBuilder};

use super::super::Text;
use super::engine::Engine;
use super::hit::{self, Hit};
use super::margin::{self, Look};
use super::native::Parsed;
use super::{boundary, context, foreign, parts, runs};
use crate::rulepack::machine::{Matched, STEPS, Stack};
use crate::rulepack::rule::{Owner, Shape, Wake};

/// Bytes of a run that are looked at, and searched for words: longer runs are no keys.
pub(super) const RUN_HEAD: usize = 256;

/// What verification keeps from text to text.
#[derive(Default)]
pub(super) struct State {
    stack: Stack,
    /// Number of the text that is being searched.
    epoch: u64,
    /// By rule and direction: the text it was last looked at in, and the places there that were tried last.
    tried: Vec<[(u64, Range<usize>); 2]>,
    /// Automata for patterns that went over their budget of steps.
    fallbacks: BTreeMap<String, Option<Regex>>,
}

/// Where a value stands from what woke its rule. Places are tried once in either direction.
#[derive(Clone, Copy)]
enum Direction {
    Forward,
    Back,
}

/// One search of one text, or of a part of it: then it finds what has its anchor there, and sees all of the text.
pub(super) struct Pass<'p> {
    pub(super) engine: &'static Engine,
    pub(super) text: &'p Text<'p>,
    pub(super) state: &'p mut State,
    /// Where anchors must stand.
    pub(super) zone: Range<usize>,
    pub(super) hits: Vec<Hit>,
    /// What was looked at beyond the margins.
    pub(super) looks: Vec<Look>,
    /// Not wanted in decoded layers.
    beside: Option<Beside<'p>>,
}

/// Literals that wake no rule of a credential: where they stand, and which they are.
pub(super) struct Beside<'p> {
    /// Of reference shapes.
    pub(super) references: &'p mut Vec<(usize, u16)>,
    /// Of pragmas.
    pub(super) pragmas: &'p mut Vec<(usize, u16)>,
}

impl<'p> Pass<'p> {
    pub(super) fn new(engine: &'static Engine, text: &'p Text<'p>, state: &'p mut State, beside: Option<Beside<'p>>) -> Self {
        state.epoch += 1;
        state.tried.resize(engine.pack.rules().len(), Default::default());
        Self { engine, text, state, zone: 0..text.bytes.len(), hits: Vec::new(), looks: Vec::new(), beside }
    }

    /// A literal stands at `at`.
    pub(super) fn wake(&mut self, at: usize, literal: u16) {
        let data = self.engine.pack.data();
        for owner in &data.owners[usize::from(literal)] {
            match owner {
                Owner::Credential(index) => {
                    let index = usize::from(*index);
                    match self.engine.rule(index).wake {
                        Wake::Anchor { before: (least, most) } => {
                            if let Some(last) = at.checked_sub(least as usize) {
                                self.starts(index, at, Direction::Forward, at.saturating_sub(most as usize)..=last);
                            }
                        }
                        Wake::Foreign if self.zone.contains(&at) => self.foreign(index, at),
                        Wake::Foreign => {}
                        _ => self.word(index, at..at + data.literals[usize::from(literal)].bytes.len(), self.engine.is_host(literal)),
                    }
                }
                Owner::Native(number) if self.zone.contains(&at) => self.native(*number, at),
                Owner::Reference(shape) if self.zone.contains(&at) => self.beside.iter_mut().for_each(|beside| beside.references.push((at, *shape))),
                Owner::Pragma(number) if self.zone.contains(&at) => self.beside.iter_mut().for_each(|beside| beside.pragmas.push((at, *number))),
                Owner::Native(_) | Owner::Reference(_) | Owner::Pragma(_) => {}
            }
        }
    }

    /// A context word stands here: its value follows, or stands before it on the line if the word is a host.
    fn word(&mut self, index: usize, word: Range<usize>, is_host: bool) {
        let near = self.engine.rule(index).near as usize;
        if is_host {
            let reach = word.start.saturating_sub(near + margin::behind_host(self.engine.rule(index)));
            let line = memchr::memrchr(b'\n', &self.text.bytes[reach..word.start]).map_or(reach, |at| reach + at + 1);
            self.starts(index, word.start, Direction::Back, line..=word.start);
        }
        self.starts(index, word.start, Direction::Forward, word.end..=word.end + near);
    }

    /// A run of value characters: rules whose words stand before it are tried in it.
    pub(super) fn run(&mut self, run: &Range<usize>) {
        let words = self.engine.pack.words();
        let shortest = words.shortest_run as usize;
        if run.len() < shortest {
            return;
        }
        let head = run.start..run.end.min(run.start + RUN_HEAD);
        let value = &self.text.bytes[head.clone()];
        if !value.iter().any(u8::is_ascii_digit) && !runs::is_mixed(value) {
            return;
        }
        let from = run.start.saturating_sub(words.reach());
        // A word so near the run's end that no value fits behind it wakes nothing.
        let haystack = &self.text.bytes[from..head.end.min(run.end - shortest)];
        words.find(haystack, false, |index, word| {
            let (near, word_end) = (self.engine.rule(index).near as usize, from + word.end);
            if let Some((first, last)) = self.places(index, run) {
                self.starts(index, run.start, Direction::Forward, first.max(word_end)..=last.min(word_end + near));
            }
        });
        let after = &self.text.bytes[run.end..self.text.bytes.len().min(run.end + words.reach())];
        let line = &after[..memchr::memchr(b'\n', after).unwrap_or(after.len())];
        words.find(line, true, |index, host| {
            let is_near = host.start <= self.engine.rule(index).near as usize;
            if let Some((first, last)) = self.places(index, run).filter(|_| is_near) {
                self.starts(index, run.start, Direction::Back, first..=last);
            }
        });
    }

    /// Where values of the rule may start that have the run inside.
    fn places(&self, index: usize, run: &Range<usize>) -> Option<(usize, usize)> {
        let Wake::Run { length, before } = self.engine.rule(index).wake else { return None };
        Some((run.start.saturating_sub(before as usize), run.end.checked_sub(length as usize)?))
    }

    /// Tries the rule at each start that has not been tried yet, whatever matches before it, so that a start does not depend on others.
    fn starts(&mut self, index: usize, wake: usize, direction: Direction, range: RangeInclusive<usize>) {
        let length = self.text.bytes.len();
        let (start, end) = (*range.start(), range.end().saturating_add(1).min(length));
        if let Some((before, behind)) = self.engine.reach(index).far_wake {
            if self.zone.contains(&wake) && start < end {
                self.looks.push(Look::new(wake, before, behind, length));
                self.attempt(index, Some(wake), start..end);
            }
            return;
        }
        let (start, end) = (start.max(self.zone.start), end.min(self.zone.end));
        if start >= end {
            return;
        }
        let (epoch, tried) = self.state.tried[index][direction as usize].clone();
        if epoch != self.state.epoch || end < tried.start || start > tried.end {
            self.state.tried[index][direction as usize] = (self.state.epoch, start..end);
            return self.attempt(index, None, start..end);
        }
        self.state.tried[index][direction as usize].1 = start.min(tried.start)..end.max(tried.end);
        self.attempt(index, None, start..end.min(tried.start));
        self.attempt(index, None, start.max(tried.end)..end);
    }

    fn attempt(&mut self, index: usize, anchor: Option<usize>, range: Range<usize>) {
        let rule = self.engine.rule(index);
        let Some(shape) = &rule.shape else { return };
        let bytes = self.text.bytes;
        let bare = !shape.marked && !matches!(rule.wake, Wake::Anchor { .. });
        for at in range {
            let may_start = shape.first.contains(bytes[at])
                && boundary::begins(bytes, at, &shape.left)
                && (!bare || boundary::is_value_position(bytes, at))
                && (shape.prefix > 0 || !boundary::is_inside_escape(bytes, at));
            if !may_start {
                continue;
            }
            self.look_at_long(index, anchor.unwrap_or(at), at);
            if let Some(matched) = self.state.matched(shape, bytes, at) {
                self.accept(index, anchor.unwrap_or(at), at, matched);
            }
        }
    }

    /// A match may be so long, and no longer, because here stands what it is made of.
    fn look_at_long(&mut self, index: usize, anchor: usize, start: usize) {
        let most = self.engine.rule(index).shape.as_ref().map_or(0, |shape| shape.longest as usize + 1);
        if let Some((alphabet, context)) = &self.engine.reach(index).long {
            let longest = self.text.bytes[start..].iter().take(most).take_while(|byte| alphabet.contains(**byte)).count();
            let look = Look::new(anchor, 0, start - anchor.min(start) + longest + context, self.text.bytes.len());
            self.looks.extend(Some(look).filter(Look::is_beyond_margins));
        }
    }

    fn accept(&mut self, index: usize, anchor: usize, start: usize, matched: Matched) {
        let rule = self.engine.rule(index);
        let bytes = self.text.bytes;
        let span = start..matched.end;
        let anchored = matches!(rule.wake, Wake::Anchor { .. });
        let has_context = !anchored || rule.words.is_empty() || context::stands(bytes, &span, &rule.words, rule.near);
        if !has_context || (!anchored && boundary::is_in_digest(bytes, &span)) || !hit::is_acceptable(rule, &bytes[matched.secret.clone()]) {
            return;
        }
        if let Some((before, behind)) = self.engine.reach(index).far_parts {
            self.looks.push(Look { anchor, extent: start.saturating_sub(before)..(matched.end + behind).min(bytes.len()) });
        }
        let Some(parts) = parts::find(rule, bytes, &span, self.state) else { return };
        let secret = matched.secret;
        let prefix = rule.shape.as_ref().map_or(0, |shape| shape.prefix as usize);
        let public = if secret.start == start { prefix } else { 0 };
        let hit = Hit {
            anchor,
            rule: index,
            span: secret.clone(),
            secret,
            joined: None,
            key: None,
            parts,
            facts: Vec::new(),
            sureness: hit::sureness(rule),
            why: Vec::new(),
            public,
            guessable: None,
        };
        self.hits.push(hit);
    }

    fn foreign(&mut self, index: usize, at: usize) {
        let (rule, bytes) = (self.engine.rule(index), self.text.bytes);
        let Some((foreign, runner)) = rule.foreign.as_ref().zip(self.engine.foreign(index)) else { return };
        let (before, behind) = foreign::reach(foreign);
        self.looks.extend(Some(Look::new(at, before, behind, bytes.len())).filter(Look::is_beyond_margins));
        let hits = &mut self.hits;
        runner.each(foreign, bytes, at, &mut |secret| {
            if hit::is_acceptable(rule, &bytes[secret.clone()]) {
                let (sureness, span) = (hit::sureness(rule), secret.clone());
                hits.push(Hit {
                    anchor: at,
                    rule: index,
                    span,
                    secret,
                    joined: None,
                    key: None,
                    parts: Vec::new(),
                    facts: Vec::new(),
                    sureness,
                    why: Vec::new(),
                    public: 0,
                    guessable: None,
                });
            }
        });
    }

    fn native(&mut self, number: u16, at: usize) {
        let Some(rules) = self.engine.native(number) else { return };
        let (hits, engine, bytes) = (&mut self.hits, self.engine, self.text.bytes);
        if let Some(looks) = rules.native.looks {
            let extent = looks(bytes, at);
            let look = Look { anchor: at, extent: extent.start..extent.end.min(bytes.len()) };
            self.looks.extend(Some(look).filter(Look::is_beyond_margins));
        }
        (rules.native.parse)(self.text, at, &mut |parsed: Parsed| {
            let Some(index) = rules.rule(&parsed.select) else { return };
            if bytes.get(parsed.secret.clone()).is_some_and(|secret| hit::is_acceptable(engine.rule(index), secret)) {
                hits.push(hit_of(index, at, parsed));
            }
        });
    }
}

fn hit_of(rule: usize, anchor: usize, parsed: Parsed) -> Hit {
    let Parsed { secret, joined, span, key, parts, facts, sureness, why, guessable, .. } = parsed;
    Hit { anchor, rule, span, secret, joined, key, parts, facts, sureness, why, public: 0, guessable: Some(guessable) }
}

impl State {
    /// The shape's match that begins at `at`.
    pub(super) fn matched(&mut self, shape: &Shape, text: &[u8], at: usize) -> Option<Matched> {
        match shape.program.run(text, at, &mut self.stack, &mut { STEPS }) {
            Ok(matched) => matched,
            Err(_) => self.by_automaton(shape, text, at),
        }
    }

    fn by_automaton(&mut self, shape: &Shape, text: &[u8], at: usize) -> Option<Matched> {
        if !self.fallbacks.contains_key(&shape.pattern) {
            self.fallbacks.insert(shape.pattern.clone(), automaton(shape));
        }
        let regex = self.fallbacks.get(&shape.pattern)?.as_ref()?;
        // One byte beyond the longest match, so that the end of the window is not taken for the end of the text.
        let window = &text[at..at.saturating_add(shape.longest as usize + 1).min(text.len())];
        let captures = regex.captures(window)?;
        let whole = captures.name("whole")?;
        let secret = captures.name("secret").unwrap_or(whole);
        Some(Matched { end: at + whole.end(), secret: at + secret.start()..at + secret.end() })
    }
}

/// The shape with its right boundary, anchored, for the regex crate.
pub(super) fn automaton(shape: &Shape) -> Option<Regex> {
    let unless: String = shape.right.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    let boundary = if unless.is_empty() { String::new() } else { format!("(?:[^{unless}]|\\z)") };
    RegexBuilder::new(&format!("(?s)\\A(?P<whole>{}){boundary}", shape.pattern)).unicode(false).size_limit(64 << 20).build().ok()
}
