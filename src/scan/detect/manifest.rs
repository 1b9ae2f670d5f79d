//! Side-car manifests: a registry entry that moves with the artifact.

use crate::domain::{Blob, ModelEntry, parse_side_car};

/// An entry is a few lines; what is longer is something else under the same name.
const LIMIT: u64 = 1 << 20;

/// Names under which the entry of an artifact may lie beside it.
pub fn side_car_names(artifact: &str) -> [String; 2] {
    [format!("{artifact}.model.yaml"), "model.yaml".to_owned()]
}

/// The entry, when the blob is a side-car: `*.model.yaml` always is one, `model.yaml` only when it has a `name` and another
/// field of an entry, since other tools use that name too. The error names the line and the field.
pub fn read(blob: &Blob<'_>) -> Option<Result<ModelEntry, String>> {
    // Asked of every blob: most are dismissed before their name is decoded.
    if !blob.encoded_name().ends_with("model.yaml") {
        return None;
    }
    let name = blob.name();
    let certain = name.strip_suffix(".model.yaml").is_some_and(|artifact| !artifact.is_empty());
    if !certain && name != "model.yaml" || decoded(blob) {
        return None;
    }
    if blob.len() > LIMIT {
        return certain.then(|| Err(format!("is longer than {LIMIT} bytes; an entry is a few lines")));
    }
    match blob.whole() {
        Ok(bytes) => match std::str::from_utf8(&bytes) {
            Ok(text) => parse_side_car(text, certain),
            Err(_) => certain.then(|| Err("is not UTF-8".to_owned())),
        },
        Err(error) => certain.then(|| Err(error.to_string())),
    }
}

/// A decoded layer or a text field keeps the name of its file, but is not the file.
fn decoded(blob: &Blob<'_>) -> bool {
    blob.steps.last().is_some_and(|step| step.kind != "member")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Content, Origin};

    fn read_as(name: &str, text: &str) -> Option<Result<ModelEntry, String>> {
        let origin = Origin { uri: format!("m/{name}"), ..Origin::default() };
        read(&Blob::of_unit(&origin, Content::Whole(text.as_bytes())))
    }

    #[test]
    fn the_name_decides_and_a_mistake_names_line_and_field() {
        let entry = "name: churn\nversion: 3.2\nowner: a@example.com\n";
        assert_eq!(read_as("churn.pt.model.yaml", entry).and_then(Result::ok).and_then(|entry| entry.version).as_deref(), Some("3.2"));
        assert!(read_as("model.yaml", entry).is_some_and(|read| read.is_ok()));
        assert!(read_as("values.yaml", entry).is_none());
        assert!(read_as("model.yaml", "name: yolo\ndepth: 3\n").is_none());
        let wrong = read_as("churn.pt.model.yaml", "name: churn\nownr: a\n").expect("a side-car").expect_err("a mistake");
        assert_eq!(wrong, "line 2: no such field `ownr`; did you mean `owner`?");
    }

    #[test]
    fn what_is_no_text_is_said_of_a_side_car_only() {
        let origin = |name: &str| Origin { uri: name.to_owned(), ..Origin::default() };
        let bytes = [0xff, 0xfe, 0x00];
        assert!(read(&Blob::of_unit(&origin("model.yaml"), Content::Whole(&bytes))).is_none());
        assert!(read(&Blob::of_unit(&origin("a.model.yaml"), Content::Whole(&bytes))).is_some_and(|read| read.is_err()));
    }
}
