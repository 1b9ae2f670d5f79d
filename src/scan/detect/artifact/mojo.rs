//! H2O's MOJO: a zip with `model.ini`, whose first section tells of the model, and the trees or weights as members.

use super::plain::{fact, first_fact};
use super::zipdir::Zip;
use super::{Facts, ZipFormat};
use crate::domain::Sureness;

pub(super) const FORMAT: ZipFormat = ZipFormat { name: "h2o-mojo", read };

const INI: u64 = 1 << 20;

fn read(zip: &Zip<'_>) -> Option<Facts> {
    let ini = zip.read(zip.member("model.ini")?, INI)?;
    let ini = String::from_utf8_lossy(&ini);
    let value = |key: &str| ini.lines().find_map(|line| line.trim().strip_prefix(key)?.trim_start().strip_prefix('=')).map(str::trim);
    let format = value("mojo_version")?;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "h2o");
    fact(&mut facts, "producer", value("h2o_version").map_or(String::new(), |version| format!("h2o {version}")));
    first_fact(&mut facts, "format_version", [Some(format)]);
    first_fact(&mut facts, "architecture", [value("algorithm"), value("algo")]);
    first_fact(&mut facts, "uuid", [value("uuid")]);
    first_fact(&mut facts, "features", [value("n_features")]);
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;
    use super::super::zipdir::samples::zip;

    #[test]
    fn the_first_section_tells() {
        let ini = b"[info]\nh2o_version = 3.46.0.1\nmojo_version = 1.40\nalgorithm = Gradient Boosting Machine\nuuid = -123\nn_features = 4\n\n[columns]\n";
        let artifact = recognise("m.dat", &zip(&[("model.ini", ini), ("trees/t00_000.bin", b"x")])).expect("it is a model");
        let fact = |name: &str| artifact.facts.get(name).map(String::as_str);
        assert_eq!((fact("producer"), fact("architecture"), fact("features")), (Some("h2o 3.46.0.1"), Some("Gradient Boosting Machine"), Some("4")));
        assert_eq!(recognise("m.zip", &zip(&[("model.ini", b"[aeroplane]\nscale = 1:72\n")])), None);
    }
}
