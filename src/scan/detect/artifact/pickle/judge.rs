//! What the names in a pickle mean: whether loading runs code, and of which framework the model is.
//!
//! Three tiers. *Vouched*: classes and makers of well-known packages, which only build data. *Unknown*: a class nobody vouches for.
//! *Runs code*: modules that reach the system, load more code, or hand out attributes by name.

use super::known::{DENIED, FAMILIES, LOADERS, MAKERS, RUNNERS, TRUSTED, VOUCHED};
use super::told::{Global, Told};
use super::value::Value;
use crate::domain::Hazard;

/// Stands for a name that the stream computes.
pub(super) const COMPUTED: (&str, &str) = ("", "a name computed while loading");
/// Hazards that are listed; of more, the number is said.
const LISTED: usize = 24;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    Vouched,
    Unknown,
    RunsCode,
}

/// The judgement on one name.
pub(super) fn tier(global: &Global) -> Tier {
    let (module, name) = (global.module.as_str(), global.name.as_str());
    if (module, name) == COMPUTED {
        return Tier::RunsCode;
    }
    if VOUCHED.iter().any(|(known, names)| *known == module && names.contains(&name)) || module == "__torch__" || module.starts_with("__torch__.") {
        return Tier::Vouched;
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    if resolves(module, name) {
        return if global.resolved && !global.called { Tier::Vouched } else { Tier::RunsCode };
    }
    if reaches_through(name) || RUNNERS.contains(&last) || is_within(module, DENIED) {
        return if module.starts_with("torch.utils.data") && is_class(last) { Tier::Unknown } else { Tier::RunsCode };
    }
    if is_exception(module, name) {
        return Tier::Vouched;
    }
    let trusted = is_within(module, TRUSTED) || module == "torch" && (last.ends_with("Storage") || !global.called);
    match trusted {
        _ if module == "torch" && LOADERS.contains(&last) => Tier::RunsCode,
        true if LOADERS.contains(&last) => Tier::RunsCode,
        true if is_class(last) || !global.called || MAKERS.iter().any(|maker| last.starts_with(maker)) => Tier::Vouched,
        _ => Tier::Unknown,
    }
}

/// Is the text a module that a judgement may need, or part of one?
pub(super) fn is_known(text: &str) -> bool {
    is_within(text, DENIED) || is_within(text, TRUSTED) || RUNNERS.contains(&text) || VOUCHED.iter().any(|(module, _)| *module == text)
}

/// Calls whose outcome can be told: `None` when this is none of them, `Some(None)` when the outcome was followed already.
pub(super) fn resolve(module: &str, name: &str, arguments: &[Value], told: &Told) -> Option<Option<(String, String)>> {
    match (resolves(module, name).then_some(name)?, arguments) {
        ("getattr", [Value::Global(object), Value::Text(attribute)]) => {
            let (module, name) = told.names(*object);
            Some(Some((module.to_owned(), format!("{name}.{}", attribute.text))))
        }
        ("_ufunc_reconstruct", [Value::Text(module), Value::Text(name)]) => Some(Some((module.text.clone(), name.text.clone()))),
        ("_load_from_bytes", [Value::Followed]) => Some(None),
        _ => None,
    }
}

/// Names that are as harmless as what they are called with.
fn resolves(module: &str, name: &str) -> bool {
    match name {
        "getattr" => matches!(module, "builtins" | "__builtin__"),
        "_ufunc_reconstruct" => matches!(module, "numpy.core" | "numpy._core" | "numpy.core._internal" | "numpy._core._internal"),
        "_load_from_bytes" => module == "torch.storage",
        _ => false,
    }
}

/// What would happen on loading, the worst first.
pub(super) fn hazards(told: &Told) -> Vec<Hazard> {
    let mut hazards: Vec<_> = told
        .globals
        .iter()
        .filter_map(|global| match tier(global) {
            Tier::Vouched => None,
            tier => Some(Hazard { runs_code: tier == Tier::RunsCode, what: words(global, tier) }),
        })
        .collect();
    if let Some(reason) = told.gave_up {
        hazards.push(Hazard { runs_code: false, what: format!("the rest of the stream, which was not followed: {reason}") });
    }
    hazards.sort_by(|a, b| b.runs_code.cmp(&a.runs_code).then_with(|| a.what.cmp(&b.what)));
    hazards.dedup();
    if hazards.len() > LISTED {
        let more = hazards.len() - LISTED;
        let runs_code = hazards.get(LISTED).is_some_and(|hazard| hazard.runs_code);
        hazards.truncate(LISTED);
        hazards.push(Hazard { runs_code, what: format!("{more} more") });
    }
    hazards
}

fn words(global: &Global, tier: Tier) -> String {
    let dot = if global.module.is_empty() { "" } else { "." };
    let inside = if global.nested { " (in a pickle inside this one)" } else { "" };
    let kind = if tier == Tier::Unknown && is_class(&global.name) { "class " } else { "" };
    format!("{kind}{}{dot}{}{inside}", global.module, global.name)
}

pub(super) fn runs_code(told: &Told) -> bool {
    told.globals.iter().any(|global| tier(global) == Tier::RunsCode)
}

/// Are bytes inside a stream a pickle that matters? Plain bytes may look like one by chance.
pub(super) fn is_pickle_within(told: &Told) -> bool {
    if told.streams > 0 { !told.globals.is_empty() } else { told.calls > 0 && runs_code(told) }
}

/// The framework that a class belongs to, and the class.
pub(super) fn family(told: &Told) -> Option<(&'static str, Option<&Global>)> {
    if told.paddle {
        return Some(("paddle", None));
    }
    let mut of_classes = told.globals.iter().filter_map(|global| Some((family_of(global)?, global)));
    let (first, class) =
        of_classes.find(|(_, global)| is_class(&global.name)).or_else(|| told.globals.iter().find_map(|global| Some((family_of(global)?, global))))?;
    Some((first, Some(class).filter(|class| is_class(&class.name))))
}

fn family_of(global: &Global) -> Option<&'static str> {
    let full = format!("{}.{}", global.module, global.name);
    let fits = |package: &str| full.strip_prefix(package).is_some_and(|rest| rest.starts_with('.') || package.ends_with("_rebuild"));
    let (_, family) = FAMILIES.iter().filter(|(package, _)| fits(package)).max_by_key(|(package, _)| package.len())?;
    (!family.is_empty()).then_some(*family)
}

/// `Outer.Inner` and `Class.method` stay within a class; `os.system` goes through a module.
fn reaches_through(name: &str) -> bool {
    let mut parts = name.split('.').rev();
    let last = parts.next().unwrap_or_default();
    let is_dotted = name.contains('.');
    is_dotted && (last.starts_with("__") || parts.any(|part| !is_class(part)))
}

/// `LogisticRegression`, `_Scorer`, `Outer.Inner`; not `os`, `F`.
fn is_class(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name).trim_start_matches('_');
    last.len() > 1 && last.starts_with(|c: char| c.is_ascii_uppercase()) && last.contains(|c: char| c.is_ascii_lowercase())
        || last.len() > 2 && last.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_exception(module: &str, name: &str) -> bool {
    matches!(module, "builtins" | "exceptions") && ["Error", "Exception", "Warning"].iter().any(|end| name.ends_with(end))
}

/// Is the module one of these, or inside one of them?
fn is_within(module: &str, packages: &[&str]) -> bool {
    packages.iter().any(|package| module.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(module: &str, name: &str, called: bool) -> Tier {
        tier(&Global { module: module.into(), name: name.into(), called, ..Global::default() })
    }

    #[test]
    fn what_builds_data_is_vouched_for() {
        for (module, name) in [
            ("sklearn.linear_model._logistic", "LogisticRegression"),
            ("sklearn.tree._tree", "Tree"),
            ("sklearn._loss._loss", "__pyx_unpickle_CyHalfBinomialLoss"),
            ("numpy._core.multiarray", "_reconstruct"),
            ("numpy", "float64"),
            ("pandas._libs.internals", "_unpickle_block"),
            ("torch._utils", "_rebuild_tensor_v2"),
            ("torch", "BFloat16Storage"),
            ("builtins", "frozenset"),
            ("collections", "OrderedDict"),
            ("__torch__.torch.nn.modules.linear", "Linear"),
        ] {
            assert_eq!(of(module, name, true), Tier::Vouched, "{module}.{name}");
        }
    }

    #[test]
    fn what_reaches_the_system_runs_code() {
        for (module, name) in [
            ("posix", "system"),
            ("builtins", "eval"),
            ("builtins", "getattr"),
            ("pathlib", "os.system"),
            ("sklearn.utils", "os.system"),
            ("torch.nn.functional", "F.os.system"),
            ("torch", "load"),
            ("pandas", "read_pickle"),
            ("numpy", "load"),
            ("torch.storage", "_load_from_bytes"),
            ("copyreg", "extension code 7"),
            ("types", "FunctionType"),
            ("myapp.tasks", "Runner.__globals__"),
            ("", "a name computed while loading"),
        ] {
            assert_eq!(of(module, name, true), Tier::RunsCode, "{module}.{name}");
        }
    }

    #[test]
    fn other_classes_are_unknown_and_functions_matter_when_called() {
        assert_eq!(of("myapp.models", "Outer.Inner", true), Tier::Unknown);
        assert_eq!(of("sklearn.datasets._base", "fetch_file", true), Tier::Unknown);
        assert_eq!(of("numpy", "log1p", false), Tier::Vouched);
        assert_eq!(of("torch", "float32", false), Tier::Vouched);
    }
}
