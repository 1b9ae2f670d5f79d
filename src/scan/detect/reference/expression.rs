//! Expressions of many languages, as far as a name in them goes: literals, calls, choices, sums. Nothing is evaluated.

/// An expression is not read beyond this.
pub(super) const LONGEST: usize = 200;

/// What an expression is made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape<'e> {
    /// A string; `formatted` ones have holes.
    Literal {
        text: &'e str,
        formatted: bool,
    },
    /// `a or b`, `a || b`, `a ?? b`: the first that is known.
    Choice(Vec<&'e str>),
    /// `a + b`, parts of one string.
    Sum(Vec<&'e str>),
    /// `a / b`, parts of one path.
    Path(Vec<&'e str>),
    Call {
        callee: &'e str,
        arguments: Vec<&'e str>,
    },
    /// `a.b.c`, or `a["c"]`; the last name counts.
    Name {
        name: &'e str,
        alone: bool,
    },
    Unknown,
}

/// The text of the expression that begins the bytes: up to a comma, a closing bracket, a line's end outside of brackets.
pub(super) fn expression(bytes: &[u8]) -> &str {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    let end = Walk::new(bytes).find(|(at, depth, byte)| {
        let closes = matches!(byte, b')' | b']' | b'}') && *depth < 0;
        closes || *depth == 0 && (matches!(byte, b',' | b';' | b'\n' | b'#') || bytes[*at..].starts_with(b"//"))
    });
    let text = bytes.get(..end.map_or(bytes.len(), |(at, ..)| at)).unwrap_or_default();
    std::str::from_utf8(text).unwrap_or_default().trim()
}

/// Reads an expression that [`expression`] has cut out.
pub(super) fn shape(text: &str) -> Shape<'_> {
    let text = bare(text);
    if let Some((text, formatted)) = literal(text) {
        return Shape::Literal { text, formatted };
    }
    for (mark, make) in SIGNS {
        let parts = split(text, mark);
        if parts.len() > 1 {
            return make(parts);
        }
    }
    let Some(open) = text.find(['(', '[']) else { return name(text) };
    let (callee, rest) = text.split_at(open);
    match (rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')), rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))) {
        (Some(inside), _) if is_balanced(inside) => Shape::Call { callee, arguments: split(inside, ",") },
        (_, Some(inside)) if callee.ends_with("environ") || callee.ends_with(".env") => Shape::Call { callee, arguments: vec![inside] },
        (_, Some(inside)) => literal(inside.trim()).map_or(Shape::Unknown, |(name, _)| Shape::Name { name, alone: false }),
        _ => Shape::Unknown,
    }
}

type Make = for<'e> fn(Vec<&'e str>) -> Shape<'e>;
/// Signs between parts, those that bind least first.
const SIGNS: [(&str, Make); 5] = [
    (" or ", |parts| Shape::Choice(parts)),
    ("||", |parts| Shape::Choice(parts)),
    ("??", |parts| Shape::Choice(parts)),
    ("+", |parts| Shape::Sum(parts)),
    (" / ", |parts| Shape::Path(parts)),
];

fn name(text: &str) -> Shape<'_> {
    let last = text.rsplit(['.', ':', '>']).next().unwrap_or(text);
    let is_name = last.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')) && last.bytes().any(|byte| !byte.is_ascii_digit());
    let clean = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_$.:->!?".contains(&byte));
    if is_name && clean { Shape::Name { name: last, alone: last.len() == text.len() } } else { Shape::Unknown }
}

/// Without brackets around it and marks before it: `(x)`, `&x`, `*x`, `x!`, `x.to_string()`, `x as string`.
fn bare(text: &str) -> &str {
    let mut text = text.trim().trim_start_matches(['&', '*']).trim_end_matches('!');
    for ending in [".to_string()", ".into()", ".to_owned()", ".strip()", ".trim()", ".as_posix()", ".resolve()", " as string"] {
        text = text.strip_suffix(ending).unwrap_or(text);
    }
    match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inside) if is_balanced(inside) => bare(inside),
        _ => text,
    }
}

/// The inside of a string that is the whole expression, and whether names in braces are filled in.
fn literal(text: &str) -> Option<(&str, bool)> {
    let start = text.find(['"', '\'', '`']).filter(|start| *start <= 2)?;
    let prefix = text.get(..start)?;
    if !prefix.bytes().all(|byte| matches!(byte.to_ascii_lowercase(), b'f' | b'r' | b'b' | b'u' | b'@' | b'$')) {
        return None;
    }
    let mark = text.get(start..=start)?;
    let inside = text.get(start + 1..)?.strip_suffix(mark)?;
    let formatted = mark == "`" || prefix.contains(['f', 'F', '$']);
    (!inside.contains(mark)).then_some((inside, formatted && inside.contains('{')))
}

fn is_balanced(text: &str) -> bool {
    Walk::new(text.as_bytes()).all(|(_, depth, _)| depth >= 0)
}

/// Parts between signs that stand outside of brackets and strings.
fn split<'e>(text: &'e str, sign: &str) -> Vec<&'e str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, depth, _) in Walk::new(text.as_bytes()) {
        if depth == 0 && at >= from && text.as_bytes()[at..].starts_with(sign.as_bytes()) {
            parts.extend(text.get(from..at));
            from = at + sign.len();
        }
    }
    parts.extend(text.get(from..));
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Bytes outside of strings, with the depth of brackets that each leaves; of an opening bracket the depth before it.
struct Walk<'e> {
    bytes: &'e [u8],
    at: usize,
    depth: i32,
    quote: Option<u8>,
}

impl<'e> Walk<'e> {
    fn new(bytes: &'e [u8]) -> Self {
        Self { bytes, at: 0, depth: 0, quote: None }
    }
}

impl Iterator for Walk<'_> {
    type Item = (usize, i32, u8);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            let at = self.at;
            self.at += 1;
            match (self.quote, byte) {
                (Some(_), b'\\') => self.at += 1,
                (Some(quote), _) if quote == byte => self.quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'' | b'`') => self.quote = Some(byte),
                (None, b'(' | b'[' | b'{') => {
                    self.depth += 1;
                    return Some((at, self.depth - 1, byte));
                }
                (None, b')' | b']' | b'}') => {
                    self.depth -= 1;
                    return Some((at, self.depth, byte));
                }
                (None, _) => return Some((at, self.depth, byte)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_end_where_the_argument_ends() {
        assert_eq!(expression(b"args.model, revision=None)"), "args.model");
        assert_eq!(expression(b"os.environ.get(\"A\", 'b')\n)"), "os.environ.get(\"A\", 'b')");
        assert_eq!(expression(b"x)  # why"), "x");
        assert_eq!(expression(b"f\"{a}/{b}\", c"), "f\"{a}/{b}\"");
    }

    #[test]
    fn shapes_are_told_apart() {
        assert_eq!(shape("\"a/b\""), Shape::Literal { text: "a/b", formatted: false });
        assert_eq!(shape("f'{a}/b'"), Shape::Literal { text: "{a}/b", formatted: true });
        assert_eq!(shape("process.env.M ?? 'a'"), Shape::Choice(vec!["process.env.M", "'a'"]));
        assert_eq!(shape("ORG + '/x'"), Shape::Sum(vec!["ORG", "'/x'"]));
        assert_eq!(shape("Path(d) / \"x.pt\""), Shape::Path(vec!["Path(d)", "\"x.pt\""]));
        assert_eq!(shape("os.getenv('A', 'b,c')"), Shape::Call { callee: "os.getenv", arguments: vec!["'A'", "'b,c'"] });
        assert_eq!(shape("self.cfg.model_id"), Shape::Name { name: "model_id", alone: false });
        assert_eq!(shape("CONFIG[\"model\"]"), Shape::Name { name: "model", alone: false });
        assert_eq!(shape("MODEL"), Shape::Name { name: "MODEL", alone: true });
        assert_eq!(shape("[a for a in b]"), Shape::Unknown);
        assert_eq!(shape("3"), Shape::Unknown);
    }
}
