//! YAML as a tree with line numbers, every scalar as it was written: `version: 3.20` stays `3.20`.
//! Registry files and side-cars are small and plain, so anchors, aliases and several documents are refused.

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle};

/// Nesting beyond this is no registry file.
const DEPTH: usize = 32;

/// A node and the line it begins on, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) line: u32,
    pub(crate) data: Data,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    Null,
    Text(String),
    List(Vec<Node>),
    /// In the order of the file; the key's own line is kept, because a missing value has none.
    Map(Vec<(Node, Node)>),
}

/// Something wrong in a file: its line (0 when there is none) and a lowercase phrase.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub line: u32,
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.message),
            line => write!(f, "line {line}: {}", self.message),
        }
    }
}

impl Node {
    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What the node is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self.data {
            Data::Null => "empty",
            Data::Text(_) => "a text",
            Data::List(_) => "a list",
            Data::Map(_) => "a mapping",
        }
    }
}

/// The only document of a YAML text; an empty text is `Null`.
pub(crate) fn parse(text: &str) -> Result<Node, Problem> {
    let mut builder = Builder::default();
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| Problem { line: line(error.marker().line()), message: error.info() })?;
        builder.event(event, line(span.start.line()))?;
    }
    Ok(builder.done.unwrap_or(Node { line: 1, data: Data::Null }))
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Grows the tree from events without recursion.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    done: Option<Node>,
}

struct Open {
    node: Node,
    /// The key that waits for its value.
    key: Option<Node>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, line: u32) -> Result<(), Problem> {
        let problem = |message: &str| Err(Problem { line, message: message.to_owned() });
        match event {
            Event::Scalar(text, style, ..) => self.close(Node { line, data: scalar(text.into_owned(), style) }),
            Event::SequenceStart(..) => self.open(Node { line, data: Data::List(Vec::new()) }),
            Event::MappingStart(..) => self.open(Node { line, data: Data::Map(Vec::new()) }),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.close(open.node),
                None => Ok(()),
            },
            Event::Alias(_) => problem("aliases (`*name`) are not read here; write the value out"),
            Event::DocumentStart(..) if self.done.is_some() => problem("a second document begins; one file holds one document"),
            _ => Ok(()),
        }
    }

    fn open(&mut self, node: Node) -> Result<(), Problem> {
        if self.open.len() >= DEPTH {
            return Err(Problem { line: node.line, message: format!("nested deeper than {DEPTH}") });
        }
        self.open.push(Open { node, key: None });
        Ok(())
    }

    fn close(&mut self, node: Node) -> Result<(), Problem> {
        let Some(parent) = self.open.last_mut() else {
            self.done = Some(node);
            return Ok(());
        };
        match (&mut parent.node.data, parent.key.take()) {
            (Data::List(items), _) => items.push(node),
            (Data::Map(pairs), Some(key)) => pairs.push((key, node)),
            (_, None) => {
                if let (Data::Map(pairs), Some(name)) = (&parent.node.data, node.text())
                    && pairs.iter().any(|(key, _)| key.text() == Some(name))
                {
                    return Err(Problem { line: node.line, message: format!("`{name}` is given twice") });
                }
                parent.key = Some(node);
            }
            (_, Some(_)) => {}
        }
        Ok(())
    }
}

fn scalar(text: String, style: ScalarStyle) -> Data {
    match style {
        ScalarStyle::Plain if matches!(text.as_str(), "" | "~" | "null") => Data::Null,
        _ => Data::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_stay_as_written_and_know_their_lines() {
        let node = parse("# a comment\nversion: 3.20\nempty:\nlist:\n  - on\n  - {a: 1}\n").expect("YAML");
        let Data::Map(pairs) = node.data else { panic!("not a mapping") };
        assert_eq!((pairs[0].1.text(), pairs[0].1.line), (Some("3.20"), 2));
        assert_eq!((&pairs[1].1.data, pairs[1].0.line), (&Data::Null, 3));
        let Data::List(items) = &pairs[2].1.data else { panic!("not a list") };
        assert_eq!((items[0].text(), items[1].line, items[1].kind()), (Some("on"), 6, "a mapping"));
    }

    #[test]
    fn what_is_not_read_is_refused_with_its_line() {
        let refused = |text: &str| parse(text).expect_err("a mistake").line;
        assert_eq!(refused("a: &x 1\nb: *x\n"), 2);
        assert_eq!(refused("a: 1\na: 2\n"), 2);
        assert_eq!(refused("a: 1\n---\nb: 2\n"), 2);
        assert_eq!(refused(&"[".repeat(100)), 1);
        assert!(refused("a: [1\nb: }") >= 1);
    }
}
