//! Pickle: a program that builds Python objects. It is followed, never run: which classes it names says whether it is a model,
//! and what it calls says whether loading it runs code (`facts/models.md`, C.3).

mod array;
mod call;
mod judge;
mod known;
mod literal;
mod machine;
#[cfg(test)]
pub(super) mod samples;
mod tape;
mod told;
mod value;

use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) use machine::follow;
pub(super) use tape::Tape;
pub(super) use told::Told;

pub(super) const FORMAT: Format = Format { name: "pickle", read };

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    tell(blob, head).map(facts)
}

/// Why a stream is not followed any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Python would fail here too.
    Broken,
    /// A bound was met; [`Told::gave_up`] says which.
    Limit,
}

/// What a blob tells, if it is a pickle.
pub(super) fn tell(blob: &Blob<'_>, head: &[u8]) -> Option<Told> {
    if !may_open(*head.first()?) {
        return None;
    }
    tell_tape(&mut Tape::of_blob(blob, head))
}

/// What a stream tells, if it is a pickle. Its end counts, so it is not a name that decides.
pub(super) fn tell_tape(tape: &mut Tape<'_>) -> Option<Told> {
    let binary = matches!(tape.peek(2), [0x80, 0..=5]);
    let textual = !binary && memchr::memchr(0, tape.peek(8192)).is_none();
    let told = follow(tape);
    is_pickle(&told, binary, textual).then_some(told)
}

/// What it means that a file names this class or function: `None` when it is vouched for, else whether it runs code.
pub(super) fn judged(module: &str, name: &str, called: bool) -> Option<bool> {
    match judge::tier(&told::Global { module: module.to_owned(), name: name.to_owned(), called, ..told::Global::default() }) {
        judge::Tier::Vouched => None,
        tier => Some(tier == judge::Tier::RunsCode),
    }
}

/// What it took to follow a stream, in bytes: an operation is as dear as sixteen bytes that are skipped.
pub(super) fn cost(tape: &Tape<'_>, told: Option<&Told>) -> u64 {
    let operations = told.map_or(tape.position(), |told| told.operations);
    tape.position().saturating_add(operations.saturating_mul(16)).saturating_add(4096)
}

/// Few bytes make a valid stream, so a stream without names must be whole and begin with its protocol, and what could
/// be text must call something. A stream that breaks counts for what it called before.
fn is_pickle(told: &Told, binary: bool, textual: bool) -> bool {
    let whole = told.streams > 0;
    match (whole, told.globals.is_empty()) {
        (true, true) => binary && !told.trailing,
        (true, false) => binary || told.calls > 0 || !textual,
        (false, _) => told.calls > 0 && (judge::runs_code(told) || binary && (told.gave_up.is_some() || judge::family(told).is_some())),
    }
}

/// Everything a stream says of itself. The caller decides on the format and may know more of the role.
pub(super) fn facts(told: Told) -> Facts {
    let mut facts = Facts { hazards: judge::hazards(&told), ..Facts::default() };
    let family = judge::family(&told);
    facts.role = match family {
        Some(_) if told.low_rank => "adapter",
        Some(_) => "model",
        None => "data",
    };
    facts.sureness = match () {
        () if family.is_some() || facts.hazards.iter().any(|hazard| hazard.runs_code) => Sureness::Certain,
        () if !facts.hazards.is_empty() => Sureness::Likely,
        () => Sureness::Weak,
    };
    if told.low_rank {
        facts.relation = Some("adapter");
    }
    if let Some((framework, class)) = family {
        facts.facts.push(("framework", framework.to_owned()));
        match (told.facts.get("architecture"), class) {
            (Some(architecture), _) => facts.facts.push(("architecture", architecture.clone())),
            (None, Some(class)) => facts.facts.push(("architecture", class.name.clone())),
            (None, None) => {}
        }
    }
    let pickler = ["cloudpickle", "dill"].into_iter().find(|pickler| told.globals.iter().any(|global| global.module.split('.').next() == Some(pickler)));
    facts.facts.extend(pickler.map(|pickler| ("variant", pickler.to_owned())));
    describe(&told, &mut facts);
    if let Some(text) = told.into_text() {
        facts.texts.push(("strings".to_owned(), text));
    }
    facts
}

fn describe(told: &Told, facts: &mut Facts) {
    for (name, value) in &told.facts {
        match *name {
            "base" if is_repository(value) => facts.bases.push(value.clone()),
            "base" | "architecture" => {}
            name => facts.facts.push((name, value.clone())),
        }
    }
    if told.parameters() > 0 {
        facts.facts.push(("parameters", told.parameters().to_string()));
    }
    if !told.contents.is_empty() {
        let mut contents = told.contents.clone();
        contents.sort_unstable();
        contents.dedup();
        facts.facts.push(("contents", contents.join(", ")));
    }
    if told.streams == 0 && told.gave_up.is_none() {
        facts.facts.push(("damage", "the stream does not reach its end".to_owned()));
    }
}

/// `org/name`, and not a path on someone's disk.
pub(super) fn is_repository(name: &str) -> bool {
    let is_part =
        |part: &str| part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let mut parts = name.split('/');
    let two = parts.next().is_some_and(is_part) && parts.next().is_some_and(is_part);
    two && parts.next().is_none() && name.len() <= 200
}

/// Can a stream begin with this operation? Python asks for no protocol in front.
fn may_open(first: u8) -> bool {
    matches!(
        first,
        0x80 | b'c' | b'i' | b'(' | b')' | b']' | b'}' | b'N' | b'I' | b'F' | b'L' | b'J' | b'K' | b'M' | b'G' | b'S' | b'V' | b'U' | b'T' | b'X' | b'B' | b'C' | b'P'
            | 0x82..=0x84 | 0x88..=0x8f | 0x95..=0x97
    )
}

/// Do bytes inside a stream begin like a pickle? Stricter than [`may_open`], since there are many of them.
fn opens(bytes: &[u8]) -> bool {
    match bytes {
        [0x80, 0..=5, ..] => true,
        [b'c' | b'i', rest @ ..] | [b'(', b'c' | b'i', rest @ ..] => {
            let mut lines = rest.get(..512).unwrap_or(rest).split(|byte| *byte == b'\n');
            let mut named = || lines.next().and_then(|line| std::str::from_utf8(line).ok()).is_some_and(is_name);
            named() && named() && lines.next().is_some()
        }
        _ => false,
    }
}

/// `module.path` or `Class.method`, in any script.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '<') && text.chars().all(|c| c.is_alphanumeric() || "_.<>".contains(c))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::super::joblib;
    use super::super::testing::{Store, found, recognise};
    use super::samples::{array, bytes, call, global, model, secret, stream, text};
    use crate::domain::{Artifact, Blob, Content, Origin, Sureness};

    fn runs(bytes: &[u8]) -> Vec<String> {
        let artifact = recognise("weights.dat", bytes);
        artifact.map(|artifact| artifact.hazards.into_iter().filter(|hazard| hazard.runs_code).map(|hazard| hazard.what).collect()).unwrap_or_default()
    }

    fn shell() -> Vec<u8> {
        call("posix", "system", &text("id"))
    }

    #[test]
    fn an_estimator_is_a_model_and_its_strings_are_searched() {
        let found = found("anything.txt", &model()).expect("it is a model");
        let Artifact { format, role, sureness, facts, hazards, .. } = found.artifact;
        assert_eq!((format.as_str(), role.as_str(), sureness, hazards), ("pickle", "model", Sureness::Certain, Vec::new()));
        assert_eq!(facts.get("architecture").map(String::as_str), Some("LogisticRegression"));
        assert_eq!(facts.get("sklearn-version").map(String::as_str), Some("1.9.1"));
        let strings = String::from_utf8_lossy(&found.texts.first().expect("strings were kept").1).into_owned();
        assert!(strings.contains(&format!("api_key = \"{}\"", secret())), "{strings}");
    }

    #[test]
    fn plain_data_is_data() {
        let artifact = recognise("cache.pkl", &stream(b"}(K\x01K\x02u")).expect("it is a pickle");
        assert_eq!((artifact.role.as_str(), artifact.sureness), ("data", Sureness::Weak));
        let artifact = recognise("jobs.pkl", &stream(&[global("app.jobs", "Job"), b")\x81".to_vec()].concat())).expect("it is a pickle");
        assert_eq!((artifact.role.as_str(), artifact.sureness), ("data", Sureness::Likely));
        assert_eq!(artifact.hazards.first().map(|hazard| (hazard.runs_code, hazard.what.as_str())), Some((false, "class app.jobs.Job")));
    }

    #[test]
    fn every_road_to_a_call_is_seen() {
        let argument = text("id");
        let stack_global = [text("posix"), text("system"), b"\x93".to_vec(), argument.clone(), b"\x85R".to_vec()].concat();
        let memo = [text("posix"), b"q\x070".to_vec(), text("system"), b"\x940h\x07h\x01\x93)R".to_vec()].concat();
        for (road, bytes) in [
            ("GLOBAL", stream(&shell())),
            ("no protocol", b"cposix\nsystem\n(S'id'\ntR.".to_vec()),
            ("something in front", b"I1\n0cposix\nsystem\n(S'id'\ntR.".to_vec()),
            ("INST", b"(S'id'\niposix\nsystem\n.".to_vec()),
            ("OBJ", stream(&[b"(".to_vec(), global("posix", "system"), argument.clone(), b"o".to_vec()].concat())),
            ("STACK_GLOBAL", stream(&stack_global)),
            ("memo", stream(&memo)),
            ("second stream", [stream(b"N"), stream(&shell())].concat()),
            ("second stream without protocol", [stream(b"N").as_slice(), b"cposix\nsystem\n(S'id'\ntR."].concat()),
            ("never ends", [b"\x80\x04".to_vec(), shell(), b"\xff".to_vec()].concat()),
            ("ends with the name", b"(S'id'\niposix\nsystem?".to_vec()),
            ("cut off", [b"\x80\x04".to_vec(), shell()].concat()),
        ] {
            assert!(runs(&bytes).iter().any(|what| what == "posix.system"), "{road}");
        }
        assert_eq!(runs(&stream(b"\x82\x05)R")), ["copyreg.extension code 5"]);
    }

    #[test]
    fn pickles_inside_are_followed() {
        let inner = stream(&shell());
        let base64 = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        let long = [inner.clone(), vec![0; 100_000]].concat();
        for (road, body) in [
            ("bytes", bytes(&inner)),
            ("text", text(&base64(&inner))),
            ("long bytes", bytes(&long)),
            ("long text", text(&base64(&long))),
            ("twice", bytes(&stream(&bytes(&inner)))),
        ] {
            assert_eq!(runs(&stream(&body)), ["posix.system (in a pickle inside this one)"], "{road}");
        }
    }

    #[test]
    fn what_an_attribute_is_looked_up_on_decides() {
        let look_up =
            |module: &str, class: &str, name: &str| stream(&[global("builtins", "getattr"), global(module, class), text(name), b"\x86R)R".to_vec()].concat());
        assert_eq!(runs(&look_up("sklearn.tree._classes", "DecisionTreeClassifier", "fit")), Vec::<String>::new());
        assert_eq!(runs(&look_up("posix", "open", "__globals__")).len(), 2);
        let ufunc = |module: &str, name: &str| stream(&[global("numpy._core", "_ufunc_reconstruct"), text(module), text(name), b"\x86R".to_vec()].concat());
        assert_eq!(runs(&ufunc("numpy", "log1p")), Vec::<String>::new());
        assert_eq!(runs(&ufunc("os", "system")), ["os.system"]);
    }

    #[test]
    fn arrays_between_the_operations_are_passed_by() {
        let bomb = vec![0xff; 3 * 4 * 8];
        let shape = b"K\x03K\x04\x86";
        for (road, body) in [
            ("plain", array("f8", shape, None, &bomb)),
            ("aligned", array("<f8", shape, Some(9), &bomb)),
            ("characters", array("U2", shape, None, &bomb)),
            ("objects", array("O8", shape, Some(4), &stream(b"N"))),
        ] {
            // Objects are not aligned.
            let body = if road == "objects" { array("O8", shape, None, &stream(b"N")) } else { body };
            let bytes = stream(&[body, b"0".to_vec(), shell()].concat());
            assert_eq!(runs(&bytes), ["posix.system"], "{road}");
            assert_eq!(recognise("x", &bytes).map(|artifact| artifact.format).as_deref(), Some("joblib"));
        }
    }

    #[test]
    fn an_array_that_is_a_program_to_another_reader_is_seen() {
        let program = [b"0".to_vec(), shell(), b".".to_vec()].concat();
        let shape = [b"K".as_slice(), &[program.len() as u8], b"\x85"].concat();
        assert_eq!(runs(&stream(&array("u1", &shape, None, &program))), ["posix.system"]);
        let many = array("u1", b"K\x00\x85", None, b"").repeat(3000);
        assert_eq!(runs(&stream(&many)), Vec::<String>::new());
    }

    #[test]
    fn a_ranged_blob_tells_the_same_as_one_in_memory() {
        let array = array("<f8", b"J\x00\x80\x00\x00\x85", Some(5), &vec![0xff; 8 << 15]);
        let sample = stream(&[array, b"0".to_vec(), bytes(&vec![7; 100_000]), b"0".to_vec(), text(&"x".repeat(70_000)), b"0".to_vec(), shell()].concat());
        let (origin, pieces) = (Origin::default(), Store(&sample));
        let ranged = Blob::of_unit(&origin, Content::Ranged(&pieces));
        for length in [64 << 10, 100, 1] {
            let head = sample.get(..length).expect("the sample is longer");
            let facts = joblib::FORMAT.read;
            let facts = if length > 100 { facts(&ranged, head) } else { super::read(&ranged, head) };
            assert_eq!(facts.map(|facts| facts.hazards), recognise("x", &sample).map(|artifact| artifact.hazards), "{length}");
        }
        assert_eq!(runs(&sample), ["posix.system"]);
    }

    #[test]
    fn look_alikes_are_left_alone() {
        for text in [
            "cos\nsin\ntan\n.",
            "(lp0 is where it begins\n",
            "import os\nimport sys\n",
            "copy\npaste\n",
            "N0 entries.",
            "]}X)",
            "S'quoted'\n.",
            "(dp0\nS'a'\nI1\ns.",
            "I1\n.",
            ".",
        ] {
            assert_eq!(recognise("notes.txt", text.as_bytes()), None, "{text}");
        }
        assert_eq!(recognise("noise.bin", b"\x80\x04\xfe\xff\x00"), None);
        assert_eq!(recognise("noise.bin", b"\x80\x02N.more bytes"), None);
    }

    #[test]
    fn bombs_are_bounded() {
        let doubling = |n: usize| b"2\x86".repeat(n);
        let marks = vec![b'('; 3 << 20];
        let memo = b"N\x940".repeat(1 << 20);
        let far = [b"Nr\xff\xff\xff\xff".repeat(10).as_slice(), b"j\xfe\xff\xff\xff"].concat();
        for body in
            [[b"N".to_vec(), doubling(1 << 20)].concat(), marks, memo, far, b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7f".to_vec(), b"T\xff\xff\xff\xff".to_vec()]
        {
            let _ = recognise("bomb", &[b"\x80\x04".to_vec(), body.clone(), shell()].concat());
            let _ = recognise("bomb", &[shell(), b"0".to_vec(), body].concat());
        }
        let mut nested = stream(&shell());
        for _ in 0..20 {
            nested = stream(&bytes(&nested));
        }
        let _ = recognise("nested", &nested);
    }

    /// Random mutations of valid streams: no panic, whatever comes.
    #[test]
    fn mutations_end_well() {
        let wrapped = stream(&[array("f8", b"K\x03\x85", Some(3), &[0; 24]), b"0".to_vec(), bytes(&stream(&shell()))].concat());
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut random = move |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below.max(1) as u64) as usize
        };
        for sample in [model(), wrapped, b"cposix\nsystem\n(S'id'\ntR.".to_vec()] {
            for _ in 0..4000 {
                let mut bytes = sample.clone();
                for _ in 0..1 + random(4) {
                    let at = random(bytes.len());
                    match random(3) {
                        0 => bytes.truncate(at.max(1)),
                        1 => bytes.insert(at, random(256) as u8),
                        _ => bytes[at] = random(256) as u8,
                    }
                }
                let _ = recognise("mutant", &bytes);
            }
        }
    }
}
