//! JSON, HCL, and the literals of programs as a tree. They are read by one grammar, which takes what it can: a file of people's hands, with
//! comments, commas or none, and expressions between.
//!
//! A parser of HCL would refuse what one line breaks, and would still leave `jsonencode({…})`, documents in quotes and the literals in Python
//! and TypeScript to be read; they are all one shape.

use std::ops::Range;

use super::tree::{Data, Entry, Node};

/// Nesting beyond this is no policy.
const DEPTH: usize = 60;
/// An expression in a text ends within so many bytes.
const SOON: usize = 300;

/// A file of HCL: blocks and attributes.
pub(super) fn body(text: &str) -> Vec<Node> {
    let mut cursor = Cursor { text, at: 0, depth: 0 };
    let data = Data::Map(cursor.entries(None));
    vec![Node { at: 0..text.len(), data }]
}

/// A file of JSON.
pub(super) fn value(text: &str) -> Vec<Node> {
    Vec::from_iter(Cursor { text, at: 0, depth: 0 }.value())
}

/// What begins at a bracket of a text.
pub(super) fn value_at(text: &str, at: usize) -> Option<Node> {
    Cursor { text, at, depth: 0 }.value()
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Cursor<'t> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes past one character.
    fn step(&mut self) {
        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
    }

    fn eats(&mut self, mark: &str) -> bool {
        let eats = self.rest().starts_with(mark);
        if eats {
            self.at += mark.len();
        }
        eats
    }

    /// Goes past blanks and comments.
    fn space(&mut self, lines: bool) {
        loop {
            match self.byte() {
                Some(b'\n') if !lines => return,
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(b'#') => self.pass_until("\n"),
                Some(b'/') if self.rest().starts_with("//") => self.pass_until("\n"),
                Some(b'/') if self.rest().starts_with("/*") => {
                    self.pass_until("*/");
                    self.at = (self.at + 2).min(self.text.len());
                }
                _ => return,
            }
        }
    }

    /// Stands before the mark afterwards, or at the end.
    fn pass_until(&mut self, mark: &str) {
        self.at = self.rest().find(mark).map_or(self.text.len(), |found| self.at + found);
    }

    fn value(&mut self) -> Option<Node> {
        self.space(true);
        let start = self.at;
        let data = match self.byte()? {
            b'"' | b'\'' | b'`' => self.quoted()?,
            b'<' if self.rest().starts_with("<<") => return Some(self.heredoc()),
            b'[' => self.nested(|cursor| Data::List(cursor.items(b']')))?,
            b'{' => self.nested(|cursor| Data::Map(cursor.entries(Some(b'}'))))?,
            b'(' => self.nested(|cursor| Data::Call(String::new(), cursor.arguments()))?,
            _ => self.word()?,
        };
        let end = self.at;
        let is_whole = !self.tail();
        let data = match data {
            // `"a" + b` is an expression.
            Data::Text(_) if !is_whole => Data::Other(self.text[start..self.at].trim().to_owned()),
            data => data,
        };
        Some(Node { at: start..if is_whole { end } else { self.at }, data })
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Data) -> Option<Data> {
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        self.at += 1;
        let data = read(self);
        self.depth -= 1;
        Some(data)
    }

    fn items(&mut self, close: u8) -> Vec<Node> {
        let mut items = Vec::new();
        while !self.closes(close) {
            let before = self.at;
            items.extend(self.value());
            if self.at == before {
                self.step();
            }
        }
        items
    }

    /// Past commas; true at the end of the bracket, or of the text.
    fn closes(&mut self, close: u8) -> bool {
        loop {
            self.space(true);
            match self.byte() {
                None => return true,
                Some(b',' | b';') => self.at += 1,
                Some(byte) if byte == close => {
                    self.at += 1;
                    return true;
                }
                Some(_) => return false,
            }
        }
    }

    /// `key = value`, `key: value`, `block "label" {…}`, in any order; `close` is absent in a file of HCL.
    fn entries(&mut self, close: Option<u8>) -> Vec<Entry> {
        let mut entries = Vec::new();
        while !self.closes(close.unwrap_or(0)) {
            let before = self.at;
            entries.extend(self.entry());
            if self.at == before {
                self.step();
            }
        }
        entries
    }

    fn entry(&mut self) -> Option<Entry> {
        let at = self.at;
        let key = self.key()?;
        let mut labels = Vec::new();
        loop {
            self.space(false);
            let value = match self.byte()? {
                b'=' | b':' => {
                    self.at += 1;
                    self.eats(">");
                    self.value()?
                }
                b'{' => {
                    let start = self.at;
                    let data = self.nested(|cursor| Data::Map(cursor.entries(Some(b'}'))))?;
                    Node { at: start..self.at, data }
                }
                b'"' => {
                    let Data::Text(label) = self.quoted()? else { return None };
                    labels.push(label);
                    continue;
                }
                _ => return None,
            };
            return Some(Entry { key, labels, at, value });
        }
    }

    fn key(&mut self) -> Option<String> {
        match self.byte()? {
            b'"' | b'\'' => match self.quoted()? {
                Data::Text(key) | Data::Other(key) => Some(key),
                _ => None,
            },
            _ => {
                let length = self.rest().bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$')).count();
                let key = self.rest().get(..length).filter(|key| !key.is_empty())?.to_owned();
                self.at += length;
                Some(key)
            }
        }
    }

    /// The arguments of a call; `name=value` is an entry with a key.
    fn arguments(&mut self) -> Vec<Entry> {
        let mut arguments = Vec::new();
        while !self.closes(b')') {
            let before = self.at;
            let named = self.key().filter(|_| {
                self.space(false);
                self.byte() == Some(b'=') && !self.rest().starts_with("==") && !self.rest().starts_with("=>")
            });
            self.at = if named.is_some() { self.at + 1 } else { before };
            let value = self.value();
            arguments.extend(value.map(|value| Entry { key: named.unwrap_or_default(), labels: Vec::new(), at: before, value }));
            if self.at == before {
                self.step();
            }
        }
        arguments
    }

    /// A text in quotes; three of them, as Python has it, too. `${…}` in it may hold quotes.
    fn quoted(&mut self) -> Option<Data> {
        let quote = self.byte()?;
        let three = [quote; 3];
        let long = std::str::from_utf8(&three).ok().filter(|three| self.rest().starts_with(*three));
        if let Some(three) = long {
            self.at += 3;
            let start = self.at;
            self.pass_until(three);
            let text = self.text[start..self.at].to_owned();
            self.at = (self.at + 3).min(self.text.len());
            return Some(Data::Text(text));
        }
        self.at += 1;
        let (mut text, mut depth) = (String::new(), 0_u32);
        while let Some(next) = self.rest().chars().next() {
            match next {
                '\\' if depth == 0 => {
                    self.at += 1;
                    let escaped = self.rest().chars().next()?;
                    text.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        other => other,
                    });
                    self.step();
                    continue;
                }
                '$' if self.rest().starts_with("${") && self.closes_soon() => {
                    depth += 1;
                    text.push('$');
                    self.at += 1;
                }
                '}' if depth > 0 => depth -= 1,
                // A quote that was never closed.
                '\n' if quote != b'`' => return Some(Data::Text(text)),
                next if next == char::from(quote) && depth == 0 => {
                    self.at += 1;
                    return Some(Data::Text(text));
                }
                _ => {}
            }
            text.extend(self.rest().chars().next());
            self.step();
        }
        Some(Data::Text(text))
    }

    /// Does a brace close on this line?
    fn closes_soon(&self) -> bool {
        let rest = self.rest().as_bytes();
        rest[..rest.len().min(SOON)].iter().take_while(|byte| **byte != b'\n').any(|byte| *byte == b'}')
    }

    /// `<<EOF … EOF`, with its place behind the first line.
    fn heredoc(&mut self) -> Node {
        self.at += 2;
        self.eats("-");
        let mark = self.rest().lines().next().unwrap_or_default().trim().trim_matches(['"', '\'']).to_owned();
        self.pass_until("\n");
        let start = (self.at + 1).min(self.text.len());
        self.at = start;
        while let Some(line) = self.rest().split_inclusive('\n').next() {
            if line.trim() == mark {
                break;
            }
            self.at += line.len();
        }
        let at = start..self.at;
        self.pass_until("\n");
        Node { data: Data::Text(self.text[at.clone()].to_owned()), at }
    }

    /// A name, a number, a call.
    fn word(&mut self) -> Option<Data> {
        let start = self.at;
        while ["new ", "await ", "return "].iter().any(|lead| self.eats(lead)) {}
        let name = self.at;
        while self
            .byte()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'*' | b'!' | b'?' | b'/') || byte >= 0x80)
        {
            self.step();
        }
        if self.at == name {
            return None;
        }
        let named = self.text[name..self.at].to_owned();
        match self.byte() {
            Some(b'(') => self.nested(|cursor| Data::Call(named, cursor.arguments())),
            // A prefix of Python's strings: r"", f"".
            Some(b'"' | b'\'') if named.len() <= 2 => self.quoted(),
            _ => Some(Data::Other(self.text[start..self.at].to_owned())),
        }
    }

    /// Goes past what else belongs to an expression; was there anything?
    fn tail(&mut self) -> bool {
        let mut any = false;
        loop {
            self.space(false);
            match self.byte() {
                None | Some(b',' | b']' | b'}' | b')' | b'\n' | b';' | b':' | b'=') => return any,
                Some(b'(' | b'[' | b'{') => self.pass_brackets(),
                Some(b'"' | b'\'' | b'`') => drop(self.quoted()),
                Some(_) => self.step(),
            }
            any = true;
        }
    }

    /// Past a bracket and all it holds.
    fn pass_brackets(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b'"' | b'\'' | b'`' => {
                    self.quoted();
                    continue;
                }
                _ => {}
            }
            self.step();
            if depth == 0 {
                return;
            }
        }
    }
}

/// Brackets that are open where `at` stands, innermost first, each with what a call's name may begin with.
pub(super) fn enclosing(text: &str, at: usize, reach: usize) -> Vec<usize> {
    let bytes = text.as_bytes();
    let (mut open, mut closed) = (Vec::new(), 0_usize);
    let Range { start, end } = at.saturating_sub(reach)..at;
    for index in (start..end).rev() {
        match bytes[index] {
            b')' | b']' | b'}' => closed += 1,
            b'(' | b'[' | b'{' if closed > 0 => closed -= 1,
            b'(' => open.push(index - bytes[start..index].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')).count()),
            b'[' | b'{' => open.push(index),
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_hcl_and_literals_of_programs() {
        let json = value("{\"Action\": [\"a:*\", \"b\"], // c\n \"n\": {\"x\": 1.5, \"y\": true},}");
        assert_eq!(json[0].get("action").map(|node| node.texts()), Some(vec!["a:*", "b"]));
        let hcl = body(
            "data \"aws_iam_policy_document\" \"ml\" {\n  # c\n  statement {\n    not_actions = [\"iam:*\"]\n    resources = [\"${aws_s3_bucket.b[\"x\"].arn}/*\", var.y]\n  }\n}\nz = 1\n",
        );
        let document = &hcl[0].entries()[0];
        assert_eq!((document.key.as_str(), document.labels.join(".")), ("data", "aws_iam_policy_document.ml".to_owned()));
        let statement = document.value.get("Statement").expect("a block");
        assert_eq!(statement.get("NotActions").map(Node::texts), Some(vec!["iam:*"]));
        assert_eq!(statement.get("Resources").map(Node::texts), Some(vec!["${aws_s3_bucket.b[\"x\"].arn}/*", "var.y"]));
        assert_eq!(hcl[0].entries()[1].key, "z");
    }

    #[test]
    fn calls_and_heredocs() {
        let hcl = body("policy = jsonencode({ Statement = [{ Effect = \"Allow\" }] })\nrole = aws_iam_role.x.name\np = <<-EOF\n  {\"a\": 1}\nEOF\nq = 2\n");
        let call = hcl[0].get("policy").expect("an attribute");
        assert!(matches!(&call.data, Data::Call(name, _) if name == "jsonencode"));
        assert_eq!(call.entries()[0].value.get("statement").map(|node| node.items().len()), Some(1));
        assert_eq!(hcl[0].get("role").and_then(Node::written), Some("aws_iam_role.x.name"));
        assert_eq!((hcl[0].get("p").and_then(Node::literal), hcl[0].get("q").is_some()), (Some("  {\"a\": 1}\n"), true));
        let code = "x.add(new iam.PolicyStatement({ actions: ['acme:*'], resources: ['*'] }))";
        let open = enclosing(code, code.find("acme").expect("it is there"), 500);
        let node = value_at(code, open[2]).expect("a call");
        assert!(matches!(&node.data, Data::Call(name, _) if name == "iam.PolicyStatement"), "{node:?}");
    }

    #[test]
    fn hostile_texts_end() {
        for text in [
            "[".repeat(100_000),
            "{\"a\":".repeat(50_000),
            "a(".repeat(50_000),
            "\"${".repeat(10_000),
            "<<".to_owned(),
            "é = é\u{7f}é {".to_owned(),
            "\\".repeat(99),
        ] {
            body(&text);
            value(&text);
        }
    }
}
