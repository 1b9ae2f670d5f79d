//! NumPy's `.npz` with the names that weights have. Most hold data, so that the names of the arrays must tell.

use super::plain::{fact, list_fact};
use super::zipdir::Zip;
use super::{Facts, ZipFormat};
use crate::domain::Sureness;

pub(super) const FORMAT: ZipFormat = ZipFormat { name: "npz-weights", read };

/// Last parts of the names of parameters, as Flax, Haiku, PyTorch, Keras and T5X write them.
const PARAMETERS: [&str; 10] = ["kernel", "weight", "weights", "bias", "gamma", "beta", "scale", "embedding", "moving_mean", "running_mean"];
/// A single `bias` or `scale` is some measurement's.
const FEWEST: usize = 3;

fn read(zip: &Zip<'_>) -> Option<Facts> {
    let names: Vec<&str> = zip.members.iter().map(|member| member.name.strip_suffix(".npy")).collect::<Option<_>>()?;
    let parameters = names.iter().filter(|name| is_parameter(name)).count();
    if parameters < FEWEST || parameters * 2 < names.len() {
        return None;
    }
    let mut facts = Facts { role: "weights", sureness: Sureness::Likely, holds_artifacts: true, ..Facts::default() };
    fact(&mut facts, "framework", "numpy");
    list_fact(&mut facts, "contents", names, 16);
    Some(facts)
}

/// `layer/kernel`, `encoder.0.weight`, `params::dense::bias`.
fn is_parameter(name: &str) -> bool {
    let mut parts = name.rsplit(['/', '.', ':', '|', '~']).filter(|part| !part.is_empty());
    let last = parts.next().unwrap_or_default();
    let last = last.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    parts.next().is_some() && PARAMETERS.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;
    use super::super::zipdir::samples::zip;

    #[test]
    fn names_of_parameters_make_weights() {
        let named = |names: &[&str]| recognise("x.npz", &zip(&names.iter().map(|name| (*name, b"\x93NUMPY".as_slice())).collect::<Vec<_>>()));
        let weights = named(&["Transformer/enc/kernel.npy", "Transformer/enc/bias.npy", "head/kernel.npy", "step.npy"]).expect("weights");
        assert_eq!((weights.format.as_str(), weights.role.as_str()), ("npz-weights", "weights"));
        assert_eq!(named(&["x_train.npy", "y_train.npy", "weights.npy"]), None);
        assert_eq!(named(&["scale.npy", "bias.npy", "weight.npy"]), None);
        assert_eq!(named(&["a/kernel.npy", "a/bias.npy", "a/scale.txt"]), None);
    }
}
