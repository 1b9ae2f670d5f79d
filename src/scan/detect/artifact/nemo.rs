//! NeMo (`.nemo`): a tar with `model_config.yaml` and the weights. The configuration names the classes that are built from it; in a tar
//! that is compressed, which is read as it comes, and in a folder, it stands for the model.

use super::pages::Pages;
use super::pickle;
use super::plain::{fact, first_fact, hazard};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "nemo", read };
pub(super) const CONFIG: Format = Format { name: "nemo-config", read: config };

const BLOCK: u64 = 512;
const PAGE: u64 = 64 << 10;
const READS: u32 = 128;
/// The configuration stands among the first members.
const MOST_MEMBERS: usize = 512;
const LONGEST: usize = 1 << 20;
/// Packages whose classes a configuration of NeMo may name.
const TRUSTED: [&str; 10] =
    ["nemo", "megatron", "lightning", "pytorch_lightning", "transformers", "omegaconf", "torchmetrics", "torchaudio", "apex", "nemo_text_processing"];

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if head.get(257..262)? != b"ustar" {
        return None;
    }
    let mut pages = Pages::new(blob, head, PAGE, READS);
    let members = members(&mut pages);
    let (_, start, len) = members.iter().find(|(name, ..)| name.strip_prefix("./").unwrap_or(name) == "model_config.yaml")?;
    if !members
        .iter()
        .any(|(name, ..)| [".ckpt", ".safetensors", ".distcp", "metadata.json", ".npz", ".pt", ".bin"].iter().any(|ending| name.ends_with(ending)))
    {
        return None;
    }
    let config = pages.get(*start, usize::try_from(*len).unwrap_or(usize::MAX).min(LONGEST))?;
    let config = String::from_utf8_lossy(config).into_owned();
    if !["target: nemo.", "nemo_version:", "_target_"].iter().any(|mark| config.contains(mark)) {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, holds_artifacts: true, ..Facts::default() };
    fact(&mut facts, "framework", "nemo");
    describe(&config, &mut facts);
    members.iter().filter(|(name, ..)| super::names::leaves_folder(name)).take(3).for_each(|(name, ..)| {
        hazard(&mut facts, true, format!("a member that unpacks outside of its folder: {name}"));
    });
    Some(facts)
}

fn config(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let is_own = || [&b"target: nemo."[..], b"nemo_version:"].iter().any(|mark| memchr::memmem::find(head, mark).is_some());
    if blob.encoded_name() != "model_config.yaml" || blob.len() > LONGEST as u64 || !is_own() {
        return None;
    }
    let mut facts = Facts { role: "config", sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "nemo");
    describe(std::str::from_utf8(&blob.whole().ok()?).ok()?, &mut facts);
    Some(facts)
}

/// Names of files, where their bytes begin, and how many there are.
fn members(pages: &mut Pages<'_>) -> Vec<(String, u64, u64)> {
    let mut members = Vec::new();
    let mut at = 0u64;
    while let Some(header) = pages.get(at, BLOCK as usize).filter(|header| header[0] != 0).map(<[u8]>::to_vec) {
        let Some(len) = octal(&header[124..136]) else { break };
        let start = at + BLOCK;
        if matches!(header[156], b'0' | 0) {
            let text = |field: &[u8]| String::from_utf8_lossy(field.split(|byte| *byte == 0).next().unwrap_or_default()).into_owned();
            let (name, prefix) = (text(&header[..100]), text(&header[345..500]));
            members.push((if prefix.is_empty() { name } else { format!("{prefix}/{name}") }, start, len));
        }
        if members.len() >= MOST_MEMBERS {
            break;
        }
        let Some(next) = len.checked_next_multiple_of(BLOCK).and_then(|len| start.checked_add(len)) else { break };
        at = next;
    }
    members
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    u64::from_str_radix(text, 8).ok()
}

/// Lines of YAML are read one by one: a hostile document cannot unfold.
fn describe(config: &str, facts: &mut Facts) {
    let value = |line: &str| line.split_once(':').map(|(_, value)| value.split(" #").next().unwrap_or(value).trim().trim_matches(['"', '\'']).to_owned());
    let top = |key: &str| config.lines().find(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))).and_then(value);
    first_fact(facts, "name", [top("name").as_deref()]);
    first_fact(facts, "producer", [top("nemo_version").map(|version| format!("nemo {version}")).as_deref()]);
    first_fact(facts, "architecture", [top("target").as_deref().and_then(|target| target.rsplit('.').next())]);
    for line in config.lines() {
        let line = line.trim_start().trim_start_matches("- ");
        let key = line.split(':').next().unwrap_or_default().trim_matches(['"', '\'']);
        if let Some(target) = matches!(key, "_target_" | "target" | "cls").then(|| value(line)).flatten() {
            judge(&target, facts);
        }
    }
}

/// `package.module.Class`, which Hydra imports and calls.
fn judge(target: &str, facts: &mut Facts) {
    let Some((module, name)) = target.rsplit_once('.') else { return };
    let root = module.split('.').next().unwrap_or(module);
    if TRUSTED.contains(&root) || target.contains(|c: char| !(c.is_alphanumeric() || "._".contains(c))) {
        return;
    }
    match pickle::judged(module, name, true) {
        Some(true) => hazard(facts, true, target),
        Some(false) => hazard(facts, false, format!("class {target}")),
        None => {}
    }
}

/// A tar of these members, for the tests.
#[cfg(test)]
pub(super) fn write(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, *bytes).expect("a vector takes all");
    }
    builder.into_inner().expect("a vector takes all")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as, read_ranged};
    use super::*;

    fn hazards(config: &str) -> Vec<(bool, String)> {
        let bytes = write(&[("./model_weights.ckpt", &[7; 70_000]), ("./model_config.yaml", config.as_bytes())]);
        for read_on in [read_as, read_ranged] {
            assert!(read_on("x.bin", &bytes, read).is_some_and(|facts| facts.holds_artifacts));
        }
        let facts = read_as("x.bin", &bytes, read).expect("a model");
        facts.hazards.into_iter().map(|hazard| (hazard.runs_code, hazard.what)).collect()
    }

    #[test]
    fn targets_are_judged() {
        assert_eq!(hazards("target: nemo.collections.asr.models.EncDecCTCModel\noptim:\n  _target_: torch.optim.AdamW\n"), []);
        assert_eq!(hazards("model:\n  - _target_: \"os.system\" # ls\n    command: id\n"), [(true, "os.system".to_owned())]);
        assert_eq!(hazards("_target_: acme.layers.Gate\n"), [(false, "class acme.layers.Gate".to_owned())]);
    }

    #[test]
    fn the_configuration_tells_and_other_tars_are_none() {
        let config = b"target: nemo.collections.asr.models.EncDecCTCModel\nnemo_version: 2.1.0\nname: tiny-asr\n";
        let facts = read_as("x", &write(&[("model_config.yaml", config), ("model_weights.ckpt", b"x")]), read).expect("a model");
        assert_eq!(["name", "producer", "architecture"].map(|name| fact_of(&facts, name).unwrap_or_default()), ["tiny-asr", "nemo 2.1.0", "EncDecCTCModel"]);
        assert!(read_as("x", &write(&[("model_config.yaml", config), ("README", b"x")]), read).is_none());
        assert!(read_as("m/model_config.yaml", config, super::config).is_some() && read_as("model_config.yaml", b"target: prod\n", super::config).is_none());
        assert!(read_as("x", &write(&[("model_config.yaml", b"target: production\n"), ("w.ckpt", b"x")]), read).is_none());
        assert!(read_as("x", &write(&[("a/model_config.yaml", config), ("w.ckpt", b"x")]), read).is_none());
        let leaving = read_as("x", &write(&[("model_config.yaml", config), ("../../w.ckpt", b"x")]), read).expect("a model");
        assert!(leaving.hazards.iter().any(|hazard| hazard.runs_code));
    }
}
