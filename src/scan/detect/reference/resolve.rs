//! What an expression stands for, as far as the same file says: constants, defaults of options and of variables of the environment.

use std::cell::Cell;

use super::expression::{Shape, expression, shape};

/// Names lead to names so many times.
const DEEP: usize = 5;
/// Names that are looked up in one text: each may cost a search through all of it.
pub(super) const LOOKUPS: usize = 1000;
/// Definitions of one name that are looked at.
const MOST: usize = 200;
/// Bytes behind the name of an option in which its default must stand.
const OPTION: usize = 300;
/// Bytes before a definition in which the call that it stands in must begin.
const CALL: usize = 1000;

/// The text that the expression at this place stands for; none when only the running program knows it.
pub(super) fn meaning(bytes: &[u8], at: usize, text: &str, left: &Cell<usize>) -> Option<String> {
    Names { bytes, at, deep: 0, left }.meaning(text).filter(|text| !text.is_empty())
}

/// The text that a variable of a shell, a container or a manifest stands for: `$MODEL`, `${MODEL:-org/name}`, `$(MODEL)`, `${{ env.MODEL }}`.
pub(super) fn variable(bytes: &[u8], at: usize, text: &str, left: &Cell<usize>) -> Option<String> {
    Names { bytes, at, deep: 0, left }.variable(text)
}

/// The variable that begins the bytes.
pub(super) fn written_variable(bytes: &[u8]) -> &str {
    let bytes = &bytes[..bytes.len().min(120)];
    let closes = |open: &[u8], close: &[u8]| Some(memchr::memmem::find(bytes.strip_prefix(open)?, close)? + open.len() + close.len());
    let end = closes(b"${{", b"}}").or_else(|| closes(b"${", b"}")).or_else(|| closes(b"$(", b")"));
    let plain = || 1 + bytes.iter().skip(1).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    std::str::from_utf8(bytes.get(..end.unwrap_or_else(plain)).unwrap_or_default()).unwrap_or_default()
}

struct Names<'t> {
    bytes: &'t [u8],
    at: usize,
    deep: usize,
    /// Lookups that the text has left.
    left: &'t Cell<usize>,
}

impl<'t> Names<'t> {
    /// From a place that a name has led to.
    fn deeper(&self, at: usize) -> Self {
        Names { bytes: self.bytes, at, deep: self.deep + 1, left: self.left }
    }

    /// Takes one lookup; none when the text has had its share.
    fn take(&self) -> Option<()> {
        self.left.set(self.left.get().checked_sub(1)?);
        Some(())
    }

    fn meaning(&self, text: &str) -> Option<String> {
        if self.deep > DEEP {
            return None;
        }
        match shape(text) {
            Shape::Literal { text, formatted: false } => Some(text.to_owned()),
            Shape::Literal { text, formatted: true } => self.filled(text),
            Shape::Choice(parts) => parts.iter().find_map(|part| self.meaning(part)),
            Shape::Sum(parts) => parts.iter().map(|part| self.meaning(part)).collect(),
            Shape::Path(parts) => joined(parts.iter().map(|part| self.meaning(part))),
            Shape::Call { callee, arguments } => self.call(callee, &arguments),
            Shape::Name { name: "__file__" | "__dirname", .. } => Some(String::from(".")),
            Shape::Name { name: "parent", .. } if text.contains("__file__") => Some(String::from(".")),
            Shape::Name { name, alone } => self.defined(name, alone),
            Shape::Unknown if text.starts_with("Path(__file__)") && text.ends_with(".parent") => Some(String::from(".")),
            Shape::Unknown => None,
        }
    }

    /// A string with its holes filled.
    fn filled(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, hole)) = rest.split_once('{') {
            let (inside, after) = hole.split_once('}')?;
            out.push_str(before.trim_end_matches('$'));
            out.push_str(&self.meaning(inside)?);
            rest = after;
        }
        Some(out + rest)
    }

    fn call(&self, callee: &str, arguments: &[&str]) -> Option<String> {
        let last = callee.rsplit(['.', ':']).next().unwrap_or(callee);
        let named = |name: &str| arguments.iter().find_map(|argument| argument.strip_prefix(name)?.trim_start().strip_prefix('='));
        match last {
            // What the environment may say otherwise.
            "get" | "getenv" | "getEnv" | "get_env" | "env" | "config" | "str" | "getOrDefault" | "orElse" | "pop" if arguments.len() > 1 => {
                self.meaning(named("default").or(arguments.get(1).copied())?)
            }
            "Field" | "field" | "Option" | "Argument" | "Parameter" => {
                self.meaning(named("default").or(arguments.first().copied().filter(|first| !first.contains('=')))?)
            }
            "join" | "Path" | "PurePath" | "resolve" => joined(arguments.iter().map(|argument| self.meaning(argument))),
            "dirname" | "abspath" | "realpath" | "expanduser" | "str" | "fspath" | "String" | "Some" | "from" | "valueOf" | "open" => {
                self.meaning(arguments.first()?)
            }
            _ => None,
        }
    }

    /// The definition that stands nearest before the place; of a name that is defined only below, the first.
    fn defined(&self, name: &str, alone: bool) -> Option<String> {
        if name.is_empty() {
            return None;
        }
        self.take()?;
        let (mut before, mut after) = (None, None);
        for at in memchr::memmem::find_iter(self.bytes, name).take(MOST) {
            let Some(definition) = self.definition(at, name, alone).filter(|_| at != self.at) else { continue };
            if at < self.at {
                before = Some(definition);
            } else if after.is_none() {
                after = Some(definition);
            }
        }
        let value = match before.or(after) {
            Some((at, text)) => self.deeper(at).meaning(text),
            None => None,
        };
        value.or_else(|| self.option(name))
    }

    /// The value that the name gets here, or nothing where only the caller knows it: parameters without a default, variables of loops.
    fn definition(&self, at: usize, name: &str, alone: bool) -> Option<(usize, &str)> {
        let (before, after) = (self.bytes.get(..at)?, self.bytes.get(at + name.len()..)?);
        let own = |object: &[u8]| before.ends_with(object);
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$' | b'.');
        let free = !before.last().is_some_and(word) || [&b"self."[..], b"this.", b"cls."].into_iter().any(own);
        // `with open("x.pkl", "rb") as f:`
        let opened = alone && own(b" as ") && after.first() == Some(&b':');
        if let Some(call) = opened.then(|| memchr::memmem::rfind(before, b"open(")).flatten().filter(|call| !before[*call..].contains(&b'\n')) {
            return Some((at, expression(&before[call..before.len() - b" as ".len()])));
        }
        let quoted = !alone && before.last().is_some_and(|byte| matches!(byte, b'"' | b'\''));
        if !free || after.first().is_some_and(word) && !quoted || in_comment(before) {
            return None;
        }
        if quoted {
            return Some((at, assigned(after.get(1..)?, b":")?));
        }
        match (assigned(after, b"="), heads_call(before)) {
            (Some(value), Head::Statement | Head::Definition) => Some((at, value)),
            (None, Head::Definition) if after.first().is_some_and(|byte| matches!(byte, b',' | b')' | b':' | b'=')) => Some((at, "")),
            (None, Head::Statement) if own(b"for ") => Some((at, "")),
            _ => None,
        }
    }

    /// `add_argument("--model", default="…")`, `@click.option("--model", default="…")`.
    fn option(&self, name: &str) -> Option<String> {
        self.take()?;
        let dashed = name.replace('_', "-");
        let start = [format!("--{name}"), format!("--{dashed}")].iter().find_map(|option| {
            let closed = |at: &usize| matches!(self.bytes.get(at + option.len()), Some(b'"' | b'\''));
            memchr::memmem::find_iter(self.bytes, option).take(MOST).find(closed).map(|at| at + option.len())
        })?;
        let rest = self.bytes.get(start..self.bytes.len().min(start + OPTION))?;
        // The call ends, or the next one begins.
        let end = memchr::memmem::find(rest, b"add_argument").or_else(|| memchr::memmem::find(rest, b"option(")).unwrap_or(rest.len());
        let at = memchr::memmem::find(rest.get(..end)?, b"default")? + b"default".len();
        let value = assigned(rest.get(at..)?, b"=")?;
        self.deeper(start).meaning(value)
    }

    fn variable(&self, text: &str) -> Option<String> {
        let inside = text.trim_start_matches('$').trim_matches(['{', '}', '(', ')', ' ']);
        let (name, default) =
            [":-", "-", ":=", "||"].iter().find_map(|mark| inside.split_once(mark)).map_or((inside, None), |(name, default)| (name, Some(default)));
        let name = name.trim().rsplit('.').next().unwrap_or(name);
        let default = default.map(|default| default.trim().trim_matches(['"', '\'']).to_owned());
        if self.deep > DEEP || name.len() < 2 || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return default;
        }
        self.take()?;
        let places: Vec<usize> = memchr::memmem::find_iter(self.bytes, name).take(MOST).collect();
        let value = |at: &usize| self.exported(*at, name);
        let found = places.iter().rev().filter(|at| **at < self.at).find_map(value).or_else(|| places.iter().filter(|at| **at > self.at).find_map(value));
        match found {
            Some((at, value)) if value.starts_with('$') => self.deeper(at).variable(value).or(default),
            Some((_, value)) => Some(value.to_owned()),
            None => default,
        }
    }

    /// `MODEL=x`, `ENV MODEL x`, `MODEL: x`, `name: MODEL` and then `value: x`.
    fn exported(&self, at: usize, name: &str) -> Option<(usize, &str)> {
        let (before, after) = (self.bytes.get(..at)?, self.bytes.get(at + name.len()..)?);
        if before.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'{' | b'(' | b'.')) || in_comment(before) {
            return None;
        }
        let after = after.strip_prefix(b"\"").or_else(|| after.strip_prefix(b"'")).unwrap_or(after);
        let line_end = memchr::memchr(b'\n', after).unwrap_or(after.len());
        let value = match after.first()? {
            b'=' | b':' => &after[1..],
            b' ' if before.ends_with(b"ENV ") || before.ends_with(b"ARG ") => after,
            _ => {
                let next = after.get(line_end + 1..)?.trim_ascii_start();
                next.strip_prefix(b"value:").or_else(|| next.strip_prefix(b"\"value\":"))?
            }
        };
        let value = value.trim_ascii_start();
        let marks = |byte: &u8| matches!(byte, b'"' | b'\'');
        let value = if value.first().is_some_and(marks) { &value[1..] } else { value };
        if value.first() == Some(&b'$') {
            return Some((at, written_variable(value)));
        }
        let end = value.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',' | b';' | b'}')).unwrap_or(value.len());
        std::str::from_utf8(&value[..end]).ok().filter(|value| !value.is_empty()).map(|value| (at, value))
    }
}

/// What a name is assigned by the sign: annotations and spaces are passed, comparisons are none.
fn assigned<'b>(after: &'b [u8], sign: &[u8]) -> Option<&'b str> {
    let annotation = |rest: &'b [u8]| match rest.strip_prefix(b":") {
        Some(annotated) if sign == b"=" && annotated.first() != Some(&b'=') => {
            let length = annotated.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b" _[]<>&'|.,?".contains(byte)).count();
            &annotated[length..]
        }
        Some(short) if sign == b"=" => short,
        _ => rest,
    };
    let rest = annotation(after.trim_ascii_start()).strip_prefix(sign)?;
    let value = (!rest.starts_with(b"=") && !rest.starts_with(b">")).then(|| expression(rest.trim_ascii_start()))?;
    (!value.is_empty()).then_some(value)
}

/// What the bracket around a place belongs to.
enum Head {
    Statement,
    /// Parameters of a function.
    Definition,
    Call,
}

fn heads_call(before: &[u8]) -> Head {
    let before = &before[before.len().saturating_sub(CALL)..];
    let mut depth = 0;
    for (at, byte) in before.iter().enumerate().rev() {
        match byte {
            b')' => depth += 1,
            b'(' if depth > 0 => depth -= 1,
            b'(' => {
                let line = &before[memchr::memrchr(b'\n', &before[..at]).map_or(0, |end| end + 1)..at];
                let starts = |word: &&[u8]| memchr::memmem::find(line, word).is_some();
                let defines = [&b"def "[..], b"function ", b"fn ", b"func ", b"constructor"].iter().any(starts);
                return if defines { Head::Definition } else { Head::Call };
            }
            // A statement that begins a line ends what was before it.
            b'\n' if depth == 0 && before.get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'@') => return Head::Statement,
            _ => {}
        }
    }
    Head::Statement
}

fn in_comment(before: &[u8]) -> bool {
    let line = &before[memchr::memrchr(b'\n', before).map_or(0, |end| end + 1)..];
    let line = line.trim_ascii_start();
    line.starts_with(b"#") || line.starts_with(b"//") || line.starts_with(b"* ")
}

/// Parts of a path with strokes between them; all must be known.
fn joined(parts: impl Iterator<Item = Option<String>>) -> Option<String> {
    let parts: Vec<String> = parts.collect::<Option<_>>()?;
    Some(parts.iter().map(|part| part.trim_end_matches('/')).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The meaning of what stands between the marks.
    fn means(text: &str) -> Option<String> {
        let at = text.find('«').expect("a mark");
        let plain = text.replace(['«', '»'], "");
        let inside = &text[at + '«'.len_utf8()..text.find('»').expect("a mark")];
        let left = Cell::new(LOOKUPS);
        if inside.starts_with('$') { variable(plain.as_bytes(), at, inside, &left) } else { meaning(plain.as_bytes(), at, inside, &left) }
    }

    #[test]
    fn constants_of_many_languages() {
        let cases = [
            "MODEL = \"a/b\"\nload(«MODEL»)",
            "MODEL: Final[str] = 'a/b'\nload(«MODEL»)",
            "const model = 'a/b';\nload(«model»)",
            "private static final String MODEL = \"a/b\";\n void f() { load(«MODEL»); }",
            "const MODEL: &str = \"a/b\";\nload(«MODEL.to_string()»)",
            "\tmodel := \"a/b\"\n\tload(«model»)",
            "class S:\n    def __init__(self):\n        self.model_id = \"a/b\"\n    def f(self):\n        load(«self.model_id»)",
            "MODEL = os.environ.get(\"MODEL\", \"a/b\")\nload(«MODEL»)",
            "load(«os.getenv('MODEL') or 'a/b'»)",
            "load(«process.env.MODEL ?? 'a/b'»)",
            "ORG = 'a'\nNAME = 'b'\nload(«f\"{ORG}/{NAME}\"»)",
            "const org = 'a'\nload(«`${org}/b`»)",
            "ORG = 'a'\nload(«ORG + '/b'»)",
            "p.add_argument('--model-name', type=str, default='a/b')\nargs = p.parse_args()\nload(«args.model_name»)",
            "class C:\n    model: str = field(default=\"a/b\")\nload(«cfg.model»)",
            "CONFIG = {\"model_id\": \"a/b\"}\nload(«CONFIG[\"model_id\"]»)",
            "def f(model=\"a/b\", n=1):\n    load(«model»)",
            "load(«MODEL»)\nMODEL = 'a/b'",
            "NAME = 'a/b'\nMODEL = NAME\nload(«MODEL»)",
        ];
        for case in cases {
            assert_eq!(means(case).as_deref(), Some("a/b"), "{case}");
        }
    }

    #[test]
    fn what_only_the_running_program_knows() {
        let cases = [
            "load(«args.model»)",
            "load(«sys.argv[1]»)",
            "MODEL = 'a/b'\ndef f(MODEL):\n    load(«MODEL»)",
            "for name in ['a/b']:\n    load(«name»)",
            "other(model='a/b')\nload(«model»)",
            "# MODEL = 'a/b'\nload(«MODEL»)",
            "if model == 'a/b':\n    load(«model»)",
            "x = x\nload(«xx»)",
        ];
        for case in cases {
            assert_eq!(means(case), None, "{case}");
        }
    }

    #[test]
    fn a_text_has_its_share_of_lookups() {
        let text = b"A = 'a/b'\n";
        let means = |share: usize| meaning(text, text.len(), "AA + A", &Cell::new(share)).or_else(|| meaning(text, text.len(), "A", &Cell::new(share)));
        assert_eq!((means(0), means(2).as_deref()), (None, Some("a/b")));
    }

    #[test]
    fn variables_of_shells_and_containers() {
        let cases = [
            "MODEL=a/b\nserve «$MODEL»",
            "export MODEL=\"a/b\"\nserve «${MODEL}»",
            "serve «${MODEL:-a/b}»",
            "ENV MODEL=a/b\nRUN serve «$MODEL»",
            "ARG MODEL a/b\nRUN serve «${MODEL}»",
            "env:\n  - name: MODEL\n    value: a/b\nargs: [«$(MODEL)»]",
            "env:\n  MODEL: a/b\nrun: serve «${{ env.MODEL }}»",
        ];
        for case in cases {
            assert_eq!(means(case).as_deref(), Some("a/b"), "{case}");
        }
        assert_eq!(means("serve «$1»"), None);
    }

    #[test]
    fn paths_are_put_together() {
        assert_eq!(means("load(«os.path.join(os.path.dirname(__file__), 'w', 'x.pt')»)").as_deref(), Some("./w/x.pt"));
        assert_eq!(means("DIR = 'w/'\nload(«os.path.join(DIR, 'x.pt')»)").as_deref(), Some("w/x.pt"));
        assert_eq!(means("load(«Path(__file__).parent / 'x.pt'»)").as_deref(), Some("./x.pt"));
        assert_eq!(means("load(«os.path.join(args.out, 'x.pt')»)"), None);
    }
}
