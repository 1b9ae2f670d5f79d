//! LightGBM's text format: `tree`, a version, and a block of settings before the trees.

use super::plain::{fact, first_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "lightgbm", read };

fn read(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let rest = head.strip_prefix(b"tree\n").or_else(|| head.strip_prefix(b"tree\r\n"))?;
    rest.strip_prefix(b"version=v")?;
    let text = String::from_utf8_lossy(rest);
    let settings = text.split("\n\n").next().unwrap_or_default();
    let get = |key: &str| settings.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    get("num_class")?;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "lightgbm");
    first_fact(&mut facts, "format_version", [get("version")]);
    first_fact(&mut facts, "objective", [get("objective")]);
    first_fact(&mut facts, "classes", [get("num_class")]);
    // A list cut by the head's end would be miscounted.
    if settings.len() < text.len() {
        fact(&mut facts, "features", get("feature_names").map_or(String::new(), |names| names.split_whitespace().count().to_string()));
        fact(&mut facts, "trees", get("tree_sizes").map_or(String::new(), |sizes| sizes.split_whitespace().count().to_string()));
    }
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn settings_before_the_first_tree() {
        let text = b"tree\nversion=v4\nnum_class=1\nobjective=binary sigmoid:1\nfeature_names=a b c\ntree_sizes=10 20\n\nTree=0\nnum_leaves=2\n";
        let facts = read_as("x", text, read).expect("a model");
        assert_eq!(["objective", "features", "trees"].map(|name| fact_of(&facts, name).unwrap_or_default()), ["binary sigmoid:1", "3", "2"]);
    }

    #[test]
    fn a_listing_of_directories_is_no_model() {
        assert!(read_as("x.txt", b"tree\nversion=v2.1.1\n.\n|-- src\n", read).is_none());
        assert!(read_as("x.txt", b"tree\n.\n|-- src\n", read).is_none());
    }
}
