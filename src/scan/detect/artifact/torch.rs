//! PyTorch zip files: `R/data.pkl` and `R/version` or `R/data/N` under one root R; also TorchScript, torch.export and torch.package.

use sha2::{Digest as _, Sha256};

use super::pickle::{self, Told};
use super::zipdir::{Member, Zip};
use super::{Facts, ZipFormat};
use crate::domain::{Digest, DigestKind, Hazard, Sureness};

pub(super) const FORMAT: ZipFormat = ZipFormat { name: "torch-zip", read };

/// Members that show a root, and how many of them are tried.
const MARKS: [&str; 3] = ["data.pkl", "archive_format", ".data/extern_modules"];
const CANDIDATES: usize = 16;
/// Members that are followed.
const MEMBERS: usize = 20_000;
/// [`pickle::cost`] of all members together, after which no more are followed.
const BUDGET: u64 = 2 << 30;
/// Inflated bytes that are followed, for each member.
const LONGEST: u64 = 1 << 30;

fn read(zip: &Zip<'_>) -> Option<Facts> {
    let is_mark = |name: &str| MARKS.iter().any(|mark| name.ends_with(mark));
    let (root, variant) = zip.members.iter().filter(|member| is_mark(&member.name)).take(CANDIDATES).find_map(|member| variant(zip, member))?;
    let mut facts = walk(zip, &root);
    // `torch.save` also writes training arguments and schedulers, which hold no tensors.
    let has_tensors = zip.members.iter().any(|member| is_storage(&member.name, &root));
    facts.sureness = if has_tensors || variant != "checkpoint" || !facts.hazards.is_empty() { Sureness::Certain } else { facts.sureness };
    if facts.role == "data" && (has_tensors || variant != "checkpoint") {
        facts.role = "model";
        facts.facts.insert(0, ("framework", "torch".to_owned()));
    }
    if variant != "checkpoint" {
        facts.facts.push(("variant", variant.to_owned()));
    }
    if variant == "package" {
        facts.hazards.insert(0, Hazard { runs_code: true, what: "Python modules inside the package".to_owned() });
    }
    if variant == "export" {
        // Weights and samples of its input are archives of their own; libraries that were compiled ahead are loaded as they are.
        facts.holds_artifacts = true;
        if let Some(library) = zip.members.iter().find(|member| [".so", ".dll", ".dylib", ".pyd"].iter().any(|ending| member.name.ends_with(ending))) {
            facts.hazards.insert(0, Hazard { runs_code: true, what: format!("native code inside the package: {}", library.name) });
        }
    }
    describe(zip, &root, &mut facts);
    facts.digests.extend(identity(zip, &root));
    Some(facts)
}

/// Names, sizes and checksums of the storages, from the directory alone: the tensors' identity without reading them.
/// The root is left out, because it is the name that the file had when it was saved.
fn identity(zip: &Zip<'_>, root: &str) -> Option<Digest> {
    let mut storages: Vec<_> =
        zip.members.iter().filter(|member| is_storage(&member.name, root)).map(|member| (member.name.strip_prefix(root), member.size, member.sum)).collect();
    if storages.is_empty() {
        return None;
    }
    storages.sort_unstable();
    let mut hasher = Sha256::new_with_prefix(b"heliodon/torch-zip/v1\n");
    for (name, size, sum) in storages {
        hasher.update(format!("{} {size} {sum:08x}\n", name.unwrap_or_default()));
    }
    Some(Digest { kind: DigestKind::Header, hex: super::hex(&hasher.finalize()) })
}

/// The root that makes the file one of PyTorch's, and which.
fn variant(zip: &Zip<'_>, member: &Member) -> Option<(String, &'static str)> {
    let has = |name: String| zip.member(&name).is_some();
    let holds = |folder: String| zip.members.iter().any(|member| member.name.starts_with(&folder));
    if let Some(root) = member.name.strip_suffix("archive_format").filter(|root| root.is_empty() || root.ends_with('/')) {
        return ((holds(format!("{root}models/")) || holds(format!("{root}data/"))) && zip.read(member, 16).as_deref() == Some(b"pt2"))
            .then(|| (root.to_owned(), "export"));
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
    let mut cost = 0u64;
    // What is named like a pickle goes first, in case the budget ends.
    let (pickles, others): (Vec<_>, Vec<_>) =
        zip.members.iter().filter(|member| !is_storage(&member.name, root)).partition(|member| member.name.ends_with(".pkl"));
    for member in pickles.into_iter().chain(others).take(MEMBERS) {
        if cost > BUDGET {
            facts.hazards.push(Hazard { runs_code: false, what: "the rest of the members, which were not followed: they are too large together".to_owned() });
            break;
        }
        let Some(told) = tell(zip, member, &mut cost) else { continue };
        take_over(&mut facts, pickle::facts(told), &member.name, member.name == main);
    }
    facts.hazards.sort_by(|a, b| b.runs_code.cmp(&a.runs_code).then_with(|| a.what.cmp(&b.what)));
    facts.hazards.dedup();
    facts
}

fn take_over(facts: &mut Facts, mut inner: Facts, member: &str, is_main: bool) {
    if is_main {
        (facts.role, facts.sureness, facts.relation, facts.bases, facts.facts) = (inner.role, inner.sureness, inner.relation, inner.bases, inner.facts);
    } else {
        inner.hazards.iter_mut().for_each(|hazard| hazard.what = format!("{} (in {member})", hazard.what));
    }
    facts.hazards.append(&mut inner.hazards);
    facts.texts.extend(inner.texts.into_iter().map(|(_, text)| (member.to_owned(), text)));
}

/// `R/data/17`: the numbers of a tensor.
fn is_storage(name: &str, root: &str) -> bool {
    let number = name.strip_prefix(root).and_then(|rest| rest.strip_prefix("data/"));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `torch.load` unpickles `data.pkl` whatever stands in it; other members must begin like a pickle.
fn tell(zip: &Zip<'_>, member: &Member, cost: &mut u64) -> Option<Told> {
    let mut tape = zip.tape(member, LONGEST)?;
    let told = match tape.peek(2) {
        [0x80, 0..=5] => pickle::tell_tape(&mut tape),
        _ if member.name.ends_with(".pkl") => pickle::tell_tape(&mut tape),
        _ => None,
    };
    *cost = cost.saturating_add(pickle::cost(&tape, told.as_ref()));
    told
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

#[cfg(test)]
mod tests {
    use super::super::pickle::samples::{call, global, stream, text};
    use super::super::testing::{found, recognise};
    use super::super::zipdir::samples::{packed, zip};
    use super::Sureness;

    /// `{key: torch tensor}`, by a storage of 128 elements.
    fn weights(key: &str) -> Vec<u8> {
        let storage = [b"(".to_vec(), text("storage"), global("torch", "FloatStorage"), text("0"), text("cpu"), b"K\x80tQ".to_vec()].concat();
        let tensor = [global("torch._utils", "_rebuild_tensor_v2"), b"(".to_vec(), storage, b"K\x00)tR".to_vec()].concat();
        stream(&[b"}".to_vec(), text(key), tensor, b"s".to_vec()].concat())
    }

    fn checkpoint(pickle: &[u8]) -> Vec<u8> {
        zip(&[("any/data.pkl", pickle), ("any/data/0", &[0x80; 512]), ("any/version", b"3\n"), ("any/.data/serialization_id", b"0123")])
    }

    fn shell() -> Vec<u8> {
        stream(&call("posix", "system", &text("id")))
    }

    #[test]
    fn a_checkpoint_is_a_model_under_any_name() {
        let artifact = recognise("photo.jpg", &checkpoint(&weights("fc.weight"))).expect("it is a checkpoint");
        let fact = |name: &str| artifact.facts.get(name).map(String::as_str);
        assert_eq!((artifact.format.as_str(), artifact.role.as_str(), artifact.hazards.len()), ("torch-zip", "model", 0));
        assert_eq!(
            (fact("framework"), fact("parameters"), fact("serialization-id"), fact("file-version")),
            (Some("torch"), Some("128"), Some("0123"), Some("3"))
        );
        let lora = recognise("adapter.bin", &checkpoint(&weights("q_proj.lora_A.weight"))).expect("it is an adapter");
        assert_eq!((lora.role.as_str(), lora.relation.as_deref()), ("adapter", Some("adapter")));
    }

    #[test]
    fn tensors_have_an_identity_apart_from_names() {
        let identity = |root: &str, tensor: &[u8]| {
            let (pickle, data) = (format!("{root}/data.pkl"), format!("{root}/data/0"));
            recognise("m.pt", &zip(&[(&pickle, &weights("w")), (&data, tensor)])).map(|artifact| artifact.digests)
        };
        assert_eq!(identity("a", &[1; 512]), identity("archive", &[1; 512]));
        assert_ne!(identity("a", &[1; 512]), identity("a", &[2; 512]));
        assert!(identity("a", &[1; 512]).is_some_and(|digests| digests.len() == 1));
    }

    #[test]
    fn what_a_lightning_checkpoint_says_is_kept() {
        let state = [
            b"}(".to_vec(),
            text("pytorch-lightning_version"),
            text("2.4.0"),
            text("hyper_parameters"),
            b"}(".to_vec(),
            text("arch"),
            text("resnet18"),
            b"uu".to_vec(),
        ]
        .concat();
        let found = found("last.ckpt", &checkpoint(&stream(&state))).expect("it is a checkpoint");
        let fact = |name: &str| found.artifact.facts.get(name).map(String::as_str);
        assert_eq!((fact("lightning-version"), fact("contents")), (Some("2.4.0"), Some("hyper_parameters")));
        assert!(found.texts.iter().any(|(_, text)| String::from_utf8_lossy(text).contains("arch = \"resnet18\"")));
    }

    #[test]
    fn checksums_and_local_names_do_not_hide_anything() {
        let honest = checkpoint(&shell());
        let mut renamed = honest.clone();
        let name = memchr::memmem::find(&renamed, b"data.pkl").expect("the local header has the name");
        renamed[name..name + 8].copy_from_slice(b"data.txt");
        let mut wrong_sum = honest.clone();
        wrong_sum[14] ^= 0xff;
        let directory = memchr::memmem::find(&wrong_sum, b"PK\x01\x02").expect("there is a directory");
        wrong_sum[directory + 16] ^= 0xff;
        let deflated = packed(&[("a/data.pkl", &shell()), ("a/version", b"3")], zip::CompressionMethod::Deflated, false);
        let elsewhere = zip(&[("a/data.pkl", &weights("x")), ("a/version", b"3"), ("a/notes.txt", &shell())]);
        for (road, bytes, what) in [
            ("honest", honest, "posix.system"),
            ("renamed", renamed, "posix.system"),
            ("checksum", wrong_sum, "posix.system"),
            ("deflated", deflated, "posix.system"),
            ("another member", elsewhere, "posix.system (in a/notes.txt)"),
        ] {
            let artifact = recognise("model.pt", &bytes).expect(road);
            assert_eq!(artifact.hazards.iter().map(|hazard| hazard.what.as_str()).collect::<Vec<_>>(), [what], "{road}");
        }
    }

    #[test]
    fn variants_are_told_apart() {
        let variant = |member: (&str, &[u8])| {
            let bytes = zip(&[("r/data.pkl", b"\x80\x02N."), ("r/version", b"3"), member]);
            recognise("m", &bytes).and_then(|artifact| artifact.facts.get("variant").cloned())
        };
        assert_eq!(variant(("r/data/0", b"")), None);
        assert_eq!(variant(("r/constants.pkl", b"\x80\x02).")).as_deref(), Some("torchscript"));
        assert_eq!(variant(("r/bytecode.pkl", b"\x80\x02).")).as_deref(), Some("lite"));
        assert_eq!(variant(("r/.data/extern_modules", b"torch")).as_deref(), Some("package"));
        let export = zip(&[("r/archive_format", b"pt2"), ("r/models/model.json", b"{}")]);
        let compiled = zip(&[("r/archive_format", b"pt2"), ("r/data/aotinductor/model/x.so", b"\x7fELF")]);
        assert!(recognise("m.pt2", &compiled).is_some_and(|artifact| artifact.hazards.iter().any(|hazard| hazard.runs_code)));
        assert_eq!(recognise("m.pt2", &export).and_then(|artifact| artifact.facts.get("variant").cloned()).as_deref(), Some("export"));
    }

    #[test]
    fn what_holds_no_tensors_is_data() {
        let bytes = zip(&[("a/data.pkl", &stream(b"}(K\x01K\x02u")), ("a/version", b"3")]);
        let artifact = recognise("scheduler.pt", &bytes).expect("it is a file of torch");
        assert_eq!((artifact.role.as_str(), artifact.sureness), ("data", Sureness::Weak));
    }

    #[test]
    fn other_zips_are_left_alone() {
        assert_eq!(recognise("docs.zip", &zip(&[("data.pkl.md", b"#"), ("version", b"3")])), None);
        assert_eq!(recognise("app.jar", &zip(&[("META-INF/MANIFEST.MF", b"x"), ("data.pkl", b"x")])), None);
    }

    #[test]
    fn mutations_end_well() {
        let sample = checkpoint(&shell());
        for at in 0..sample.len() {
            for byte in [0, 0xff, sample[at].wrapping_add(1)] {
                let mut bytes = sample.clone();
                bytes[at] = byte;
                let _ = recognise("mutant", &bytes);
                let _ = recognise("mutant", &bytes[..at]);
            }
        }
    }
}
