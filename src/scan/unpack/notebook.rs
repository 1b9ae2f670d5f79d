//! Jupyter notebooks, cell by cell: source, text outputs, errors, metadata. Strings are decoded before they are searched,
//! so that `\"` is a quote; each decoded byte knows where it stands in the file.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Budget, Container, Error, Opened, Receive};
use crate::domain::{Blob, Content, Mapping};

pub(super) const CONTAINER: Container = Container { name: "notebook", opens, unpack };

/// Written by every Jupyter front end; format 3 and older keep `worksheets`.
#[derive(Deserialize)]
struct Notebook<'a> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'a>>,
    #[serde(borrow, default)]
    worksheets: Vec<Worksheet<'a>>,
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Worksheet<'a> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'a>>,
}

#[derive(Deserialize)]
struct Cell<'a> {
    /// `input` in format 3.
    #[serde(borrow, default, alias = "input")]
    source: Option<&'a RawValue>,
    #[serde(default)]
    cell_type: String,
    #[serde(borrow, default)]
    outputs: Vec<BTreeMap<String, &'a RawValue>>,
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
}

fn opens(blob: &Blob<'_>, head: &[u8]) -> bool {
    let json = head.trim_ascii_start().starts_with(b"{");
    let says = |key: &[u8]| memchr::memmem::find(head, key).is_some();
    json && (blob.name().ends_with(".ipynb") || says(b"\"nbformat\"") && (says(b"\"cells\"") || says(b"\"worksheets\"")))
}

fn unpack(blob: &Blob<'_>, budget: &Budget, out: &mut Receive<'_>) -> Result<(), Error> {
    let raw = budget.read(blob.reader(), blob.len());
    let notebook: Result<Notebook<'_>, _> = serde_json::from_slice(&raw.bytes);
    let notebook = match (notebook, raw.cut) {
        (Ok(notebook), None) => notebook,
        (Err(_), Some(cut)) | (Ok(_), Some(cut)) => {
            out(Opened::Text(blob.inner(blob.steps, Content::Whole(&raw.bytes))));
            return Err(cut);
        }
        (Err(error), None) => {
            // Not a notebook after all, or a broken one: searched as the text that it is.
            out(Opened::Text(blob.inner(blob.steps, Content::Whole(&raw.bytes))));
            return Err(Error::Broken(format!("no notebook: {error}")));
        }
    };
    let mut parts = Parts { blob, raw: &raw.bytes, out };
    let cells = notebook.cells.iter().chain(notebook.worksheets.iter().flat_map(|sheet| &sheet.cells));
    cells.enumerate().for_each(|(index, cell)| parts.cell(index, cell));
    if let Some(metadata) = notebook.metadata {
        parts.verbatim("metadata", metadata);
    }
    Ok(())
}

/// Hands out the parts of one notebook.
struct Parts<'p, 'o> {
    blob: &'p Blob<'p>,
    raw: &'p [u8],
    out: &'p mut (dyn FnMut(Opened<'_>) + 'o),
}

impl Parts<'_, '_> {
    fn cell(&mut self, index: usize, cell: &Cell<'_>) {
        if let Some(source) = cell.source {
            let part = if matches!(cell.cell_type.as_str(), "markdown" | "raw" | "heading") { &cell.cell_type } else { "source" };
            self.strings(&format!("cells/{index}/{part}"), source);
        }
        for (number, output) in cell.outputs.iter().enumerate() {
            let name = format!("cells/{index}/outputs/{number}");
            for key in ["text", "traceback", "evalue"] {
                output.get(key).into_iter().for_each(|value| self.strings(&format!("{name}/{key}"), value));
            }
            output.get("data").into_iter().for_each(|data| self.data(&name, data));
        }
        if let Some(metadata) = cell.metadata {
            self.verbatim(&format!("cells/{index}/metadata"), metadata);
        }
    }

    /// Results by media type; pictures, sounds and fonts are left out.
    fn data(&mut self, name: &str, data: &RawValue) {
        let Ok(by_type) = serde_json::from_str::<BTreeMap<String, &RawValue>>(data.get()) else { return };
        for (media, value) in by_type {
            let is_text = media.starts_with("text/") || media.ends_with("json") || media.ends_with("xml") || media.ends_with("javascript");
            match is_text && media != "image/svg+xml" {
                true => self.strings(&format!("{name}/data/{media}"), value),
                false => (self.out)(Opened::Hidden("image-payload")),
            }
        }
    }

    /// A string, or a list of strings that are the lines of one text. Anything else is searched as it stands.
    fn strings(&mut self, name: &str, value: &RawValue) {
        let start = self.offset(value);
        let list: Result<Vec<&RawValue>, _> = serde_json::from_str(value.get());
        let pieces: Vec<&RawValue> = list.unwrap_or_else(|_| vec![value]);
        if !pieces.iter().all(|piece| piece.get().starts_with('"')) {
            return self.verbatim(name, value);
        }
        let mut text = Vec::new();
        let mut points = Vec::new();
        for piece in pieces {
            let at = start + (piece.get().as_ptr() as usize - value.get().as_ptr() as usize);
            decode(&piece.get().as_bytes()[1..piece.get().len() - 1], at + 1, &mut text, &mut points);
        }
        self.text(name, &text, points);
    }

    /// Searched without decoding.
    fn verbatim(&mut self, name: &str, value: &RawValue) {
        let points = vec![(0, self.offset(value))];
        if value.get().len() > 2 {
            self.text(name, value.get().as_bytes(), points);
        }
    }

    fn text(&mut self, name: &str, text: &[u8], points: Vec<(usize, usize)>) {
        let steps = self.blob.steps_and("cell", name);
        let mapping = Mapping { visible: self.raw, points };
        (self.out)(Opened::Text(Blob { mapping: Some(&mapping), ..self.blob.inner(&steps, Content::Whole(text)) }));
    }

    fn offset(&self, value: &RawValue) -> usize {
        value.get().as_ptr() as usize - self.raw.as_ptr() as usize
    }
}

/// Decodes the inside of a JSON string that serde has found valid, `at` being its offset in the file.
fn decode(raw: &[u8], at: usize, text: &mut Vec<u8>, points: &mut Vec<(usize, usize)>) {
    points.push((text.len(), at));
    let mut i = 0;
    while i < raw.len() {
        let plain = memchr::memchr(b'\\', &raw[i..]).unwrap_or(raw.len() - i);
        text.extend_from_slice(&raw[i..i + plain]);
        i += plain;
        if i < raw.len() {
            points.push((text.len(), at + i));
            i += escape(&raw[i..], text);
            points.push((text.len(), at + i));
        }
    }
}

/// Decodes one escape; gives its length in the raw text.
fn escape(raw: &[u8], text: &mut Vec<u8>) -> usize {
    let unit = |at: usize| raw.get(at..at + 4).and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u16::from_str_radix(hex, 16).ok());
    let simple = match raw.get(1) {
        Some(b'n') => b'\n',
        Some(b't') => b'\t',
        Some(b'r') => b'\r',
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b'u') => {
            let units = [unit(2), (raw.get(6..8) == Some(b"\\u")).then(|| unit(8)).flatten()];
            let decoded = char::decode_utf16(units.into_iter().flatten()).next().and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER);
            text.extend_from_slice(decoded.encode_utf8(&mut [0; 4]).as_bytes());
            return if decoded.len_utf16() == 2 { 12 } else { 6.min(raw.len()) };
        }
        Some(other) => *other,
        None => return 1,
    };
    text.push(simple);
    2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Origin;
    use crate::scan::unpack::Budgets;

    /// What came out: name of the part, decoded text, and the raw text behind the range of `needle`.
    fn parts(json: &str, needle: &str) -> Vec<(String, String, String)> {
        let origin = Origin { uri: "a.ipynb".into(), ..Origin::default() };
        let mut seen = Vec::new();
        let mut out = |opened: Opened<'_>| {
            if let Opened::Text(blob) = opened {
                let text = String::from_utf8_lossy(&blob.whole().expect("in memory")).into_owned();
                let raw = text.find(needle).zip(blob.mapping).map(|(at, mapping)| json[mapping.visible_range(at..at + needle.len())].to_owned());
                seen.push((blob.steps[0].name.clone(), text, raw.unwrap_or_default()));
            }
        };
        let blob = Blob::of_unit(&origin, Content::Whole(json.as_bytes()));
        unpack(&blob, &Budget::new(Budgets::default()), &mut out).expect("the notebook is sound");
        seen
    }

    #[test]
    fn lines_of_a_cell_are_one_text_and_escapes_are_mapped_back() {
        let json = r#"{"cells":[{"source":["a = 1\n","k = \"v\u00e9\"\n"],"outputs":[]}],"nbformat":4}"#;
        let seen = parts(json, "\"vé\"");
        assert_eq!(seen, [("cells/0/source".into(), "a = 1\nk = \"vé\"\n".into(), r#"\"v\u00e9\""#.into())]);
    }

    #[test]
    fn text_outputs_are_read_and_pictures_left_out() {
        let json = r#"{"cells":[{"source":"x","outputs":[{"output_type":"stream","text":["out"]},{"data":{"image/png":"iVBORw0","text/plain":["plain"]}}]}],"nbformat":4}"#;
        let names: Vec<_> = parts(json, "-").into_iter().map(|part| (part.0, part.1)).collect();
        assert_eq!(
            names,
            [
                ("cells/0/source".into(), "x".into()),
                ("cells/0/outputs/0/text".into(), "out".into()),
                ("cells/0/outputs/1/data/text/plain".into(), "plain".into())
            ]
        );
    }
}
