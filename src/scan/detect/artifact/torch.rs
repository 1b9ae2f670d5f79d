//! PyTorch zip files: `R/data.pkl` and `R/version` or `R/data/N` under one root R; also TorchScript, torch.export and torch.package.

use super::pickle::{self, Told};
use super::zipdir::{Member, Zip};
use super::{Facts, Format};
use crate::domain::{Blob, Hazard, Sureness};

pub(super) const FORMAT: Format = Format { name: "torch-zip", read };

/// Members that show a root, and how many of them are tried.
const MARKS: [&str; 3] = ["data.pkl", "archive_format", ".data/extern_modules"];
const CANDIDATES: usize = 16;
/// Members that are followed.
const MEMBERS: usize = 20_000;
/// Inflated bytes that are followed, for each member.
const LONGEST: u64 = 1 << 30;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !head.starts_with(b"PK\x03\x04") {
        return None;
    }
    let zip = Zip::open(blob)?;
    let is_mark = |name: &str| MARKS.iter().any(|mark| name.ends_with(mark));
    let (root, variant) = zip.members.iter().filter(|member| is_mark(&member.name)).take(CANDIDATES).find_map(|member| variant(&zip, member))?;
    let mut facts = walk(&zip, &root);
    facts.sureness = Sureness::Certain;
    if facts.role == "data" {
        facts.role = "model";
        facts.facts.insert(0, ("framework", "torch".to_owned()));
    }
    if variant != "checkpoint" {
        facts.facts.push(("variant", variant.to_owned()));
    }
    if variant == "package" {
        facts.hazards.insert(0, Hazard { runs_code: true, what: "Python modules inside the package".to_owned() });
    }
    describe(&zip, &root, &mut facts);
    Some(facts)
}

/// The root that makes the file one of PyTorch's, and which.
fn variant(zip: &Zip<'_>, member: &Member) -> Option<(String, &'static str)> {
    let has = |name: String| zip.member(&name).is_some();
    let holds = |folder: String| zip.members.iter().any(|member| member.name.starts_with(&folder));
    if let Some(root) = member.name.strip_suffix("archive_format").filter(|root| root.is_empty() || root.ends_with('/')) {
        return (holds(format!("{root}models/")) && zip.read(member, 16).as_deref() == Some(b"pt2")).then(|| (root.to_owned(), "export"));
    }
    if let Some(root) = member.name.strip_suffix(".data/extern_modules").filter(|root| root.ends_with('/')) {
        return Some((root.to_owned(), "package"));
    }
    let root = member.name.strip_suffix("data.pkl").filter(|root| root.is_empty() || root.find('/') == Some(root.len() - 1))?;
    if !has(format!("{root}version")) && !holds(format!("{root}data/")) {
        return None;
    }
    let variant = match () {
        () if has(format!("{root}.data/extern_modules")) => "package",
        () if has(format!("{root}bytecode.pkl")) => "lite",
        () if has(format!("{root}constants.pkl")) || holds(format!("{root}code/")) => "torchscript",
        () => "checkpoint",
    };
    Some((root.to_owned(), variant))
}

/// Follows every member that begins like a pickle, whatever its name; raw storages are numbers.
fn walk(zip: &Zip<'_>, root: &str) -> Facts {
    let main = format!("{root}data.pkl");
    let mut facts = Facts { role: "data", ..Facts::default() };
    let is_storage =
        |name: &str| name.strip_prefix(root).and_then(|rest| rest.strip_prefix("data/")).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    for member in zip.members.iter().filter(|member| !is_storage(&member.name)).take(MEMBERS) {
        let Some(told) = tell(zip, member, member.name == main) else { continue };
        let mut inner = pickle::facts(told);
        facts.hazards.append(&mut inner.hazards);
        facts.texts.extend(inner.texts.into_iter().map(|(_, text)| (member.name.clone(), text)));
        if member.name == main {
            (facts.role, facts.relation, facts.bases, facts.facts) = (inner.role, inner.relation, inner.bases, inner.facts);
        }
    }
    facts.hazards.sort_by(|a, b| b.runs_code.cmp(&a.runs_code).then_with(|| a.what.cmp(&b.what)));
    facts.hazards.dedup();
    facts
}

fn tell(zip: &Zip<'_>, member: &Member, is_main: bool) -> Option<Told> {
    let mut tape = zip.tape(member, LONGEST)?;
    let may = match tape.peek(2) {
        [0x80, 0..=5] => true,
        // `torch.load` unpickles this one, whatever stands in it.
        _ => is_main || member.name.ends_with(".pkl"),
    };
    if may { pickle::tell_tape(&mut tape) } else { None }
}

/// Small members that say something of the whole.
fn describe(zip: &Zip<'_>, root: &str, facts: &mut Facts) {
    const SMALL: [(&str, &str); 5] = [
        ("version", "file-version"),
        (".format_version", "format-version"),
        ("byteorder", "byte-order"),
        (".data/serialization_id", "serialization-id"),
        (".data/python_version", "python-version"),
    ];
    for (name, fact) in SMALL {
        let text = zip.member(&format!("{root}{name}")).and_then(|member| zip.read(member, 128)).and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty() && !text.contains(char::is_control)) {
            facts.facts.push((fact, text));
        }
    }
    let classes: Vec<_> =
        zip.members.iter().filter_map(|member| member.name.strip_prefix(root)?.strip_prefix("code/__torch__/")?.strip_suffix(".py")).take(8).collect();
    if !classes.is_empty() {
        facts.facts.push(("modules", classes.join(", ")));
    }
}
