//! What the names in a pickle mean: whether loading runs code, and of which framework the model is.
//!
//! Three tiers. *Vouched*: classes and makers of well-known packages, which only build data. *Unknown*: a class nobody vouches for.
//! *Runs code*: modules that reach the system, load more code, or hand out attributes by name.

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

/// Everything in these packages and modules runs code, or reaches the system.
const DENIED: &[&str] = &[
    "__main__.__builtins__",
    "_ctypes",
    "_io",
    "_osx_support",
    "_pickle",
    "_posixsubprocess",
    "_pyrepl",
    "_testcapi",
    "_xxsubinterpreters",
    "aiohttp",
    "asyncio",
    "atexit",
    "bdb",
    "builtins",
    "__builtin__",
    "cPickle",
    "cProfile",
    "cffi",
    "cgi",
    "cgitb",
    "cloudpickle",
    "code",
    "codeop",
    "commands",
    "compileall",
    "concurrent.interpreters",
    "copyreg",
    "copy_reg",
    "ctypes",
    "dbm",
    "dill",
    "distutils",
    "doctest",
    "ensurepip",
    "fastapi",
    "fileinput",
    "ftplib",
    "gc",
    "getpass",
    "http",
    "httplib",
    "httpx",
    "idlelib",
    "imaplib",
    "imp",
    "importlib",
    "inspect",
    "io",
    "joblib",
    "lib2to3",
    "linecache",
    "logging.config",
    "marshal",
    "mmap",
    "multiprocessing",
    "nntplib",
    "nt",
    "ntpath",
    "nturl2path",
    "numpy.ctypeslib",
    "numpy.distutils",
    "numpy.f2py",
    "numpy.lib.format",
    "numpy.lib.npyio",
    "numpy.lib._npyio_impl",
    "numpy.testing",
    "operator",
    "os",
    "pandas.core.computation",
    "pandas.io",
    "pandas.testing",
    "pandas.util",
    "pdb",
    "pickle",
    "pip",
    "pkg_resources",
    "pkgutil",
    "platform",
    "popen2",
    "poplib",
    "posix",
    "posixpath",
    "profile",
    "pty",
    "py_compile",
    "pydoc",
    "requests",
    "runpy",
    "scipy.weave",
    "select",
    "selectors",
    "setuptools",
    "shelve",
    "shutil",
    "signal",
    "site",
    "smtplib",
    "socket",
    "socketserver",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "sysconfig",
    "telnetlib",
    "tempfile",
    "test",
    "threading",
    "_thread",
    "timeit",
    "torch._C",
    "torch._dynamo",
    "torch._inductor",
    "torch.cuda._sanitizer",
    "torch.distributed",
    "torch.fx",
    "torch.hub",
    "torch.jit",
    "torch.multiprocessing",
    "torch.package",
    "torch.serialization",
    "torch.storage",
    "torch.testing",
    "torch.utils",
    "trace",
    "types",
    "unittest",
    "urllib",
    "urllib2",
    "urllib3",
    "venv",
    "webbrowser",
    "webview",
    "xmlrpc",
    "xmlrpclib",
    "yaml",
    "zipimport",
    "sklearn.utils._testing",
    "sklearn.externals.joblib",
    "scipy._lib._testutils",
    "numpy.core._internal",
    "numpy._core._internal",
    "uuid._popen",
];

/// Exceptions from [`DENIED`], and names of packages of which not every class is vouched for.
const VOUCHED: &[(&str, &[&str])] = &[
    ("builtins", BUILTINS),
    ("__builtin__", BUILTINS),
    ("types", &["SimpleNamespace", "MappingProxyType", "NoneType", "EllipsisType"]),
    ("operator", &["itemgetter"]),
    ("copyreg", &["_reconstructor", "__newobj__", "__newobj_ex__"]),
    ("copy_reg", &["_reconstructor", "__newobj__"]),
    ("io", &["BytesIO", "StringIO"]),
    ("_io", &["BytesIO", "StringIO"]),
    ("_codecs", &["encode"]),
    ("collections", &["OrderedDict", "defaultdict", "Counter", "deque", "ChainMap", "UserDict", "UserList"]),
    ("functools", &["partial"]),
    ("datetime", &["date", "datetime", "time", "timedelta", "timezone", "tzinfo"]),
    ("decimal", &["Decimal"]),
    ("fractions", &["Fraction"]),
    ("uuid", &["UUID", "SafeUUID"]),
    ("argparse", &["Namespace"]),
    ("zoneinfo", &["ZoneInfo", "ZoneInfo._unpickle"]),
    ("re", &["_compile"]),
    ("random", &["Random"]),
    ("pytz", &["_UTC", "_p"]),
    ("torch", &["Size", "device", "Tensor", "Generator", "dtype"]),
    ("torch._tensor", &["_rebuild_from_type_v2", "Tensor"]),
    ("torch.storage", &["TypedStorage", "UntypedStorage", "_TypedStorage", "_UntypedStorage"]),
    ("torch.serialization", &["_get_layout"]),
    ("torch.jit._pickle", &["build_intlist", "build_tensorlist", "build_doublelist", "build_boollist", "build_tensor_from_id", "restore_type_tag"]),
    ("joblib.numpy_pickle", &["NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper"]),
    ("joblib.numpy_pickle_compat", &["NDArrayWrapper", "ZNDArrayWrapper"]),
    ("sklearn.externals.joblib.numpy_pickle", &["NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper"]),
];

const BUILTINS: &[&str] = &[
    "set",
    "frozenset",
    "complex",
    "bytearray",
    "slice",
    "range",
    "xrange",
    "list",
    "dict",
    "tuple",
    "int",
    "long",
    "float",
    "str",
    "unicode",
    "bytes",
    "object",
    "bool",
    "type",
    "hash",
    "NotImplemented",
    "Ellipsis",
    "sum",
    "len",
    "min",
    "max",
    "abs",
    "round",
    "sorted",
];

/// Packages whose classes are vouched for, and whose functions are when they are only named, not called.
const TRUSTED: &[&str] = &[
    "sklearn",
    "xgboost",
    "lightgbm",
    "catboost",
    "gensim",
    "statsmodels",
    "imblearn",
    "hmmlearn",
    "numpy",
    "pandas",
    "scipy.sparse",
    "scipy.stats",
    "scipy.interpolate",
    "scipy.spatial",
    "scipy.special",
    "scipy.optimize",
    "scipy._lib",
    "torch.nn",
    "torch.ao",
    "torch.quantization",
    "torch.optim",
    "torch.distributions",
    "torch.torch_version",
    "torch._utils",
    "pathlib",
    "enum",
    "__torch__",
];

/// Functions of trusted packages that classes name as their makers. Compared at the name's start.
const MAKERS: &[&str] = &[
    "_rebuild_",
    "__pyx_unpickle_",
    "_unpickle",
    "_new_Index",
    "_new_DatetimeIndex",
    "_new_PeriodIndex",
    "_reconstruct",
    "__ctor",
    "newObj",
    "_mareconstruct",
    "_mrreconstruct",
    "_frombuffer",
    "__bit_generator_ctor",
    "__generator_ctor",
    "__randomstate_ctor",
    "__RandomState_ctor",
    "_convert_to_ufunc",
    "scalar",
    "ndarray",
    "dtype",
    "matrix",
    "recarray",
    "record",
    "float",
    "int",
    "uint",
    "complex",
    "datetime64",
    "timedelta64",
    "bool",
    "str_",
    "bytes_",
    "void",
    "object_",
    "longlong",
    "ulonglong",
    "longdouble",
    "rebuild_",
];

/// Names that run code wherever they come from.
const RUNNERS: &[&str] = &[
    "eval",
    "exec",
    "execfile",
    "system",
    "popen",
    "__import__",
    "import_module",
    "check_output",
    "Popen",
    "loads",
    "runstring",
    "run_module",
    "run_path",
    "_import_dotted_name",
];
/// Names of trusted packages that load a file given by the caller, as pickle or as code.
const LOADERS: &[&str] = &[
    "load",
    "read_pickle",
    "loadtxt",
    "genfromtxt",
    "fromfile",
    "memmap",
    "fromregex",
    "compile",
    "query",
    "read_csv",
    "read_hdf",
    "to_pickle",
    "save",
    "savez",
];

/// Packages that make a stream a model, with the framework's name. The longest that fits decides; an empty name means "no model".
const FAMILIES: &[(&str, &str)] = &[
    ("sklearn", "sklearn"),
    ("sklearn.utils", ""),
    ("sklearn.datasets", ""),
    ("sklearn.externals", ""),
    ("sklearn.metrics", ""),
    ("xgboost", "xgboost"),
    ("lightgbm", "lightgbm"),
    ("catboost", "catboost"),
    ("torch.nn", "torch"),
    ("torch._utils._rebuild", "torch"),
    ("torch._tensor._rebuild", "torch"),
    ("torch.jit", "torch"),
    ("__torch__", "torch"),
    ("torchvision.models", "torch"),
    ("keras", "keras"),
    ("tf_keras", "keras"),
    ("tensorflow", "tensorflow"),
    ("gensim.models", "gensim"),
    ("statsmodels", "statsmodels"),
    ("prophet", "prophet"),
    ("transformers", "transformers"),
    ("sentence_transformers", "sentence-transformers"),
    ("spacy", "spacy"),
    ("thinc", "spacy"),
    ("flair", "flair"),
    ("fastai", "fastai"),
    ("pytorch_lightning", "lightning"),
    ("lightning", "lightning"),
    ("mlflow.pyfunc", "mlflow"),
    ("skorch", "skorch"),
    ("imblearn", "imblearn"),
    ("pycaret", "pycaret"),
    ("autogluon", "autogluon"),
    ("hmmlearn", "hmmlearn"),
    ("lifelines", "lifelines"),
    ("surprise", "surprise"),
    ("implicit", "implicit"),
    ("econml", "econml"),
    ("causalml", "causalml"),
    ("paddle", "paddle"),
    ("megengine", "megengine"),
    ("mxnet", "mxnet"),
    ("chainer", "chainer"),
    ("lasagne", "lasagne"),
    ("theano", "theano"),
    ("jax", "jax"),
    ("flax", "flax"),
    ("haiku", "haiku"),
    ("stable_baselines3", "stable-baselines3"),
    ("ultralytics", "ultralytics"),
    ("timm", "timm"),
    ("peft", "peft"),
    ("diffusers", "diffusers"),
];

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
    // Names come from the stream: control characters must not reach a terminal.
    format!("{kind}{}{dot}{}{inside}", global.module, global.name).chars().map(|c| if c.is_control() { '?' } else { c }).collect()
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
