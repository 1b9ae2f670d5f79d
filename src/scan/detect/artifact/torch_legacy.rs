//! PyTorch before 1.6: stacked pickles (a magic number, a protocol, the system, the object, the storages' keys), then raw storages.

use super::{Facts, Format, pickle};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "torch-legacy", read };

/// The pickled magic number.
const MAGIC: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e";

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !head.starts_with(MAGIC) {
        return None;
    }
    let told = pickle::tell(blob, head)?;
    let mut facts = pickle::facts(told);
    if facts.role == "data" {
        facts.role = "model";
        facts.facts.push(("framework", "torch".to_owned()));
    }
    facts.sureness = Sureness::Certain;
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::pickle::samples::{call, global, stream, text};
    use super::super::testing::recognise;
    use super::MAGIC;

    fn file(object: &[u8]) -> Vec<u8> {
        [MAGIC, b"\x80\x02M\xe9\x03.", b"\x80\x02}.", object, b"\x80\x02].", &[0x80; 600]].concat()
    }

    #[test]
    fn stacked_pickles_are_all_followed() {
        let weights = stream(&[global("torch._utils", "_rebuild_tensor_v2"), b")R".to_vec()].concat());
        let artifact = recognise("photo.jpg", &file(&weights)).expect("it is a checkpoint");
        assert_eq!((artifact.format.as_str(), artifact.role.as_str(), artifact.hazards.len()), ("torch-legacy", "model", 0));
        let artifact = recognise("photo.jpg", &file(&stream(&call("posix", "system", &text("id"))))).expect("it is a checkpoint");
        assert_eq!(artifact.hazards.first().map(|hazard| hazard.what.as_str()), Some("posix.system"));
    }
}
