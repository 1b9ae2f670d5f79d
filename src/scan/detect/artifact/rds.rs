//! R's serialised objects (`.rds`, `.RData`), whose class names a kind of model. Compression is opened before they come here; most
//! of them hold tables.

use super::plain::{fact, list_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "r-model", read };

/// Classes of fitted models, of R itself and of packages.
#[rustfmt::skip] // several to a line
const MODELS: [&str; 58] = [
    "C5.0", "H2OBinomialModel", "H2OMultinomialModel", "H2ORegressionModel", "Mclust", "NaiveBayes", "averaged_mlp", "bam", "bart", "brmsfit", "cforest",
    "coxph", "ctree", "cubist", "cv.glmnet", "earth", "elnet", "forecast", "gam", "gbm", "glm", "glmerMod", "glmnet", "gls", "h2o", "keras.engine.training.Model",
    "ksvm", "lda", "lgb.Booster", "lm", "lme", "lmerMod", "lognet", "loess", "model_fit", "multinom", "naiveBayes", "nls", "nn_module", "nnet", "party", "plsda",
    "polr", "prophet", "qda", "randomForest", "randomForest.formula", "ranger", "rlm", "rpart", "stanfit", "stanreg", "survreg", "svm", "train", "workflow",
    "xgb.Booster", "zeroinfl",
];
/// Vectors of texts of at most this many elements are looked at as classes.
const MOST_CLASSES: u32 = 8;
const LONGEST: u64 = 256 << 20;
const PIECE: u64 = 1 << 20;
/// A class reaches so far into the next piece.
const OVERLAP: u64 = 512;
/// A vector of texts: its type, and the highest byte of its length.
const TEXTS: &[u8] = &[0, 0, 0, 0x10, 0, 0, 0];

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let rest = head.strip_prefix(b"RDX2\n").or_else(|| head.strip_prefix(b"RDX3\n")).unwrap_or(head);
    let version = rest.strip_prefix(b"X\n\0\0\0")?.first()?;
    if !(2..=3).contains(version) || blob.len() > LONGEST {
        return None;
    }
    let classes = classes(blob);
    let (first, others) = classes.split_first()?;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "r");
    fact(&mut facts, "architecture", first);
    list_fact(&mut facts, "contents", others.iter().map(String::as_str), 16);
    Some(facts)
}

/// Classes of models, in the order in which they stand: parts before the whole.
fn classes(blob: &Blob<'_>) -> Vec<String> {
    let finder = memchr::memmem::Finder::new(TEXTS);
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while at < blob.len() {
        let Ok(piece) = blob.window(at..at + PIECE + OVERLAP) else { break };
        for start in finder.find_iter(&piece) {
            found.extend(class(&piece, start).filter(|class| MODELS.contains(class)).map(str::to_owned));
        }
        at += PIECE;
    }
    found.reverse();
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|class| seen.insert(class.clone()));
    found
}

/// The first text of a vector that is the attribute `class`: the symbol stands before it, or a reference to it.
fn class(piece: &[u8], at: usize) -> Option<&str> {
    let before = piece.get(..at)?;
    if !(before.ends_with(b"class") || matches!(before, [.., 0, _, _, 0xff])) {
        return None;
    }
    let [count, rest @ ..] = piece.get(at + TEXTS.len()..)? else { return None };
    // A text of R: flags with its encoding, and a length.
    let [0, 4, 0, 9, 0, 0, 0, len, rest @ ..] = rest else { return None };
    (u32::from(*count) <= MOST_CLASSES).then(|| std::str::from_utf8(rest.get(..usize::from(*len))?).ok())?
}

/// An object of this class, for the tests.
#[cfg(test)]
pub(super) fn write(class: &str) -> Vec<u8> {
    let text = |text: &str| [&[0, 4, 0, 9, 0, 0, 0, text.len() as u8][..], text.as_bytes()].concat();
    let attribute = [&[0, 0, 4, 2, 0, 0, 0, 1][..], &text("class"), &[0, 0, 0, 0x10, 0, 0, 0, 1], &text(class), &[0, 0, 0, 0xfe]].concat();
    [b"X\n\0\0\0\x03\0\x04\x03\x01\0\x03\x05\0\0\0\0\x05UTF-8\0\0\x03\x13\0\0\0\0".to_vec(), attribute].concat()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as, read_ranged};
    use super::*;

    #[test]
    fn the_class_tells() {
        for read_on in [read_as, read_ranged] {
            assert_eq!(fact_of(&read_on("x", &write("randomForest"), read).expect("a model"), "architecture"), Some("randomForest"));
        }
        let far = [write("data.frame"), vec![0; 2 << 20], write("lm")[30..].to_vec()].concat();
        assert_eq!(fact_of(&read_as("x.rds", &far, read).expect("a model"), "architecture"), Some("lm"));
        assert!(read_as("x.rds", &write("data.frame"), read).is_none());
        let column = [&b"X\n\0\0\0\x03"[..], &[0, 0, 0, 0x10, 0, 0, 0, 1, 0, 4, 0, 9, 0, 0, 0, 2], b"lm"].concat();
        assert!(read_as("x.rds", &column, read).is_none(), "a text that is no class");
    }
}
