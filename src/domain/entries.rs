//! Reading registry entries: which fields there are, what each holds, and what is said when one is wrong.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::glob::glob;
use super::policy::seconds;
use super::registration::{Approval, CredentialEntry, ModelEntry, Waiver};
use super::yaml::{self, Data, Node, Problem};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Date,
    Duration,
    Stage,
    Trace,
    Glob,
    Texts,
    Globs,
    Digests,
    Approvals,
}

/// The fields of an entry, in the order in which people read them.
pub(crate) trait Fields: DeserializeOwned {
    const FIELDS: &'static [(&'static str, Kind)];
    const REQUIRED: &'static [&'static str];
}

impl Fields for ModelEntry {
    const FIELDS: &'static [(&'static str, Kind)] = &[
        ("name", Kind::Text),
        ("version", Kind::Text),
        ("owner", Kind::Text),
        ("use_case", Kind::Text),
        ("classification", Kind::Text),
        ("tier", Kind::Text),
        ("stage", Kind::Stage),
        ("scope", Kind::Texts),
        ("digests", Kind::Digests),
        ("locations", Kind::Globs),
        ("references", Kind::Texts),
        ("base", Kind::Text),
        ("data", Kind::Texts),
        ("approvals", Kind::Approvals),
        ("rollback", Kind::Text),
        ("review_by", Kind::Date),
        ("expires", Kind::Date),
        ("license", Kind::Text),
    ];
    const REQUIRED: &'static [&'static str] = &["name"];
}

impl Fields for CredentialEntry {
    const FIELDS: &'static [(&'static str, Kind)] = &[
        ("name", Kind::Text),
        ("trace", Kind::Trace),
        ("owner", Kind::Text),
        ("workload", Kind::Text),
        ("scope", Kind::Texts),
        ("created", Kind::Date),
        ("expires", Kind::Date),
        ("rotate_every", Kind::Duration),
        ("offboarded", Kind::Date),
    ];
    const REQUIRED: &'static [&'static str] = &["name", "trace"];
}

impl Fields for Waiver {
    const FIELDS: &'static [(&'static str, Kind)] = &[
        ("rule", Kind::Text),
        ("where", Kind::Glob),
        ("subject", Kind::Glob),
        ("reason", Kind::Text),
        ("owner", Kind::Text),
        ("approved_by", Kind::Text),
        ("expires", Kind::Date),
    ];
    const REQUIRED: &'static [&'static str] = &["rule", "reason", "owner", "approved_by", "expires"];
}

impl Fields for Approval {
    const FIELDS: &'static [(&'static str, Kind)] = &[("by", Kind::Text), ("on", Kind::Date), ("ref", Kind::Text)];
    const REQUIRED: &'static [&'static str] = &["by", "on"];
}

/// The entry of a side-car. `None`: the text is no side-car, because it is not a mapping with a `name` and another field of an entry.
/// A file that is a side-car by its name (`certain`) has to be right in any case.
pub fn parse_side_car(text: &str, certain: bool) -> Option<Result<ModelEntry, String>> {
    let told = |problems: &[Problem]| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let node = match yaml::parse(text) {
        Ok(node) => node,
        Err(problem) => return certain.then(|| Err(told(&[problem]))),
    };
    if !certain && !looks_like_entry(&node) {
        return None;
    }
    let mut problems = Vec::new();
    let entry = entry(&node, &mut problems);
    Some(entry.filter(|_| problems.is_empty()).ok_or_else(|| told(&problems)))
}

fn looks_like_entry(node: &Node) -> bool {
    let Data::Map(pairs) = &node.data else { return false };
    let known = |name: &str| ModelEntry::FIELDS.iter().any(|field| field.0 == name);
    let names = pairs.iter().filter_map(|(key, _)| key.text()).filter(|name| known(name));
    names.clone().any(|name| name == "name") && names.count() > 1
}

/// Reads an entry; what is wrong is added to `problems`, all of it, and then there is no entry.
pub(crate) fn entry<T: Fields>(node: &Node, problems: &mut Vec<Problem>) -> Option<T> {
    let Data::Map(pairs) = &node.data else {
        problems.push(Problem { line: node.line, message: format!("is {}; an entry is a mapping of fields", node.kind()) });
        return None;
    };
    let before = problems.len();
    let mut object = Map::new();
    for (key, value) in pairs {
        match field::<T>(key, value) {
            Ok(Some((name, value))) => drop(object.insert(name.to_owned(), value)),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    for name in T::REQUIRED.iter().filter(|name| !pairs.iter().any(|(key, value)| key.text() == Some(name) && value.data != Data::Null)) {
        problems.push(Problem { line: node.line, message: format!("`{name}` is missing") });
    }
    if problems.len() > before {
        return None;
    }
    serde_json::from_value(Value::Object(object)).map_err(|error| problems.push(Problem { line: node.line, message: error.to_string() })).ok()
}

fn field<T: Fields>(key: &Node, value: &Node) -> Result<Option<(&'static str, Value)>, Problem> {
    let name = key.text().unwrap_or_default();
    let Some((name, kind)) = T::FIELDS.iter().find(|field| field.0 == name) else {
        return Err(Problem { line: key.line, message: unknown(name, T::FIELDS.iter().map(|field| field.0)) });
    };
    if value.data == Data::Null {
        return Ok(None);
    }
    read(*kind, name, value).map(|value| Some((*name, value)))
}

/// `no such field …`, with the nearest name there is, or all names when none is near.
pub(crate) fn unknown(name: &str, known: impl Iterator<Item = &'static str> + Clone) -> String {
    let nearest = known.clone().map(|known| (strsim::damerau_levenshtein(name, known), known)).min();
    match nearest.filter(|(distance, known)| *distance * 2 <= known.len().max(2)) {
        Some((_, near)) => format!("no such field `{name}`; did you mean `{near}`?"),
        None => format!("no such field `{name}`; there are {}", known.collect::<Vec<_>>().join(", ")),
    }
}

/// The nearest of these names, when one is near enough to be what was meant.
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let nearest = known.map(|known| (strsim::damerau_levenshtein(name, known), known)).min();
    nearest.filter(|(distance, known)| *distance * 3 <= known.len()).map(|(_, known)| known)
}

fn read(kind: Kind, name: &str, node: &Node) -> Result<Value, Problem> {
    match kind {
        Kind::Texts | Kind::Globs | Kind::Digests => items(name, node)?.iter().map(|item| one(kind, name, item)).collect(),
        Kind::Approvals => items(name, node)?.iter().map(|item| approval(name, item)).collect(),
        _ => one(kind, name, node),
    }
}

fn items<'n>(name: &str, node: &'n Node) -> Result<&'n [Node], Problem> {
    match &node.data {
        Data::List(items) => Ok(items),
        Data::Text(text) => Err(Problem { line: node.line, message: format!("`{name}` is `{text}`; it is a list, as in `{name}: [{text}]`") }),
        _ => Err(Problem { line: node.line, message: format!("`{name}` is {}; it is a list", node.kind()) }),
    }
}

fn approval(name: &str, node: &Node) -> Result<Value, Problem> {
    let mut problems = Vec::new();
    let approval: Option<Approval> = entry(node, &mut problems);
    let value = approval.and_then(|approval| serde_json::to_value(approval).ok());
    value.ok_or_else(|| {
        let first = problems.into_iter().next().unwrap_or(Problem { line: node.line, message: String::new() });
        Problem { message: format!("in `{name}`: {}", first.message), ..first }
    })
}

/// A scalar, held against what the field demands.
fn one(kind: Kind, name: &str, node: &Node) -> Result<Value, Problem> {
    let problem = |message: String| Problem { line: node.line, message };
    let text = node.text().ok_or_else(|| problem(format!("`{name}` is {}; it is a text", node.kind())))?;
    let advice = match kind {
        Kind::Text | Kind::Texts => text.trim().is_empty().then(|| "it may not be empty".to_owned()),
        Kind::Date => text.parse::<jiff::civil::Date>().is_err().then(|| "a date looks like 2027-03-31".to_owned()),
        Kind::Duration => seconds(text).is_none().then(|| "a duration looks like 90d, 12h or 52w".to_owned()),
        Kind::Stage => {
            (!matches!(text, "research" | "candidate" | "production" | "retired")).then(|| "a stage is research, candidate, production or retired".to_owned())
        }
        Kind::Trace => (!is_trace(text)).then(|| "a trace looks like `hel1:…` and is printed by `heliodon trace`".to_owned()),
        Kind::Digests => (!is_digest(text)).then(|| "a digest looks like `sha256:` and 64 hexadecimal digits".to_owned()),
        Kind::Glob | Kind::Globs => glob(text).err(),
        Kind::Approvals => None,
    };
    match advice {
        Some(advice) => Err(problem(format!("`{name}` is `{text}`; {advice}"))),
        None if kind == Kind::Digests => Ok(Value::String(text.to_ascii_lowercase())),
        None => Ok(Value::String(text.to_owned())),
    }
}

fn is_trace(text: &str) -> bool {
    let body = text.strip_prefix("hel1:").or_else(|| text.strip_prefix("hel1k:"));
    body.is_some_and(|body| body.len() == 40 && is_hex(body))
}

fn is_digest(text: &str) -> bool {
    let Some((kind, hex)) = text.split_once(':') else { return false };
    let digits = match kind {
        "sha256" | "header" => 64,
        "md5" => 32,
        _ => return false,
    };
    hex.len() == digits && is_hex(hex)
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems<T: Fields>(text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        let entry = entry::<T>(&yaml::parse(text).expect("YAML"), &mut problems);
        assert_eq!(entry.is_none(), !problems.is_empty());
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_tables_hold_the_fields_of_the_types() {
        fn names<T: Fields + schemars::JsonSchema>() {
            let schema = schemars::schema_for!(T);
            let properties = schema.get("properties").and_then(Value::as_object).expect("a struct has properties");
            let mut listed: Vec<_> = T::FIELDS.iter().map(|field| field.0).collect();
            listed.sort_unstable();
            let mut known: Vec<_> = properties.keys().map(String::as_str).collect();
            known.sort_unstable();
            assert_eq!(listed, known);
        }
        names::<ModelEntry>();
        names::<CredentialEntry>();
        names::<Waiver>();
        names::<Approval>();
    }

    #[test]
    fn every_mistake_is_told_with_its_line_and_what_would_be_right() {
        assert_eq!(
            problems::<ModelEntry>("name: m\nownr: a\nexpires: next year\nstage: prod\nscope: production\ndigests: [\"sha256:12\"]\nlocations: [\"a[\"]\n"),
            [
                "line 2: no such field `ownr`; did you mean `owner`?",
                "line 3: `expires` is `next year`; a date looks like 2027-03-31",
                "line 4: `stage` is `prod`; a stage is research, candidate, production or retired",
                "line 5: `scope` is `production`; it is a list, as in `scope: [production]`",
                "line 6: `digests` is `sha256:12`; a digest looks like `sha256:` and 64 hexadecimal digits",
                "line 7: `locations` is `a[`; `a[` is not a glob: unclosed character class; missing ']'",
            ]
        );
        assert_eq!(
            problems::<CredentialEntry>("name: c\nrotate_every: quarterly\n"),
            ["line 2: `rotate_every` is `quarterly`; a duration looks like 90d, 12h or 52w", "line 1: `trace` is missing"]
        );
        assert_eq!(
            problems::<ModelEntry>("name: m\napprovals:\n  - by: a\n    when: 2027-01-01\n"),
            ["line 4: in `approvals`: no such field `when`; there are by, on, ref"]
        );
        assert_eq!(problems::<ModelEntry>("name: m\nversion: 3.20\nowner:\n"), Vec::<String>::new());
    }

    #[test]
    fn a_model_yaml_without_fields_of_an_entry_is_someone_elses() {
        assert!(parse_side_car("name: yolo\nbackbone: [1, 2]\n", false).is_none());
        assert!(parse_side_car(": : [", false).is_none());
        assert!(parse_side_car("- a\n", false).is_none());
        let entry = parse_side_car("name: churn\nversion: 3.20\n", false).expect("an entry").expect("no mistake");
        assert_eq!(entry.version.as_deref(), Some("3.20"));
        assert!(parse_side_car("- a\n", true).is_some_and(|read| read.is_err()));
    }
}
