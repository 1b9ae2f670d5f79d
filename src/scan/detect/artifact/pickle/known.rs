//! The names that pickles are judged by: packages, classes and functions, with what loading them means.

/// Everything in these packages and modules runs code, or reaches the system.
#[rustfmt::skip] // several to a line
pub(super) const DENIED: &[&str] = &[
    "__main__.__builtins__", "_ctypes", "_io", "_osx_support", "_pickle", "_posixsubprocess", "_pyrepl", "_testcapi", "_xxsubinterpreters", "aiohttp",
    "asyncio", "atexit", "bdb", "builtins", "__builtin__", "cPickle", "cProfile", "cffi", "cgi", "cgitb", "cloudpickle", "code", "codeop", "commands",
    "compileall", "concurrent.interpreters", "copyreg", "copy_reg", "ctypes", "dbm", "dill", "distutils", "doctest", "ensurepip", "fastapi",
    "fileinput", "ftplib", "gc", "getpass", "http", "httplib", "httpx", "idlelib", "imaplib", "imp", "importlib", "inspect", "io", "joblib",
    "lib2to3", "linecache", "logging.config", "marshal", "mmap", "multiprocessing", "nntplib", "nt", "ntpath", "nturl2path", "numpy.ctypeslib",
    "numpy.distutils", "numpy.f2py", "numpy.lib.format", "numpy.lib.npyio", "numpy.lib._npyio_impl", "numpy.testing", "operator", "os",
    "pandas.core.computation", "pandas.io", "pandas.testing", "pandas.util", "pdb", "pickle", "pip", "pkg_resources", "pkgutil", "platform", "popen2",
    "poplib", "posix", "posixpath", "profile", "pty", "py_compile", "pydoc", "requests", "runpy", "scipy.weave", "select", "selectors", "setuptools",
    "shelve", "shutil", "signal", "site", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "sys", "sysconfig", "telnetlib",
    "tempfile", "test", "threading", "_thread", "timeit", "torch._C", "torch._dynamo", "torch._inductor", "torch.cuda._sanitizer",
    "torch.distributed", "torch.fx", "torch.hub", "torch.jit", "torch.multiprocessing", "torch.package", "torch.serialization", "torch.storage",
    "torch.testing", "torch.utils", "trace", "types", "unittest", "urllib", "urllib2", "urllib3", "venv", "webbrowser", "webview", "xmlrpc",
    "xmlrpclib", "yaml", "zipimport", "sklearn.utils._testing", "sklearn.externals.joblib", "scipy._lib._testutils", "numpy.core._internal",
    "numpy._core._internal", "uuid._popen",
];

/// Exceptions from [`DENIED`], and names of packages of which not every class is vouched for.
#[rustfmt::skip] // several to a line
pub(super) const VOUCHED: &[(&str, &[&str])] = &[
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
    ("numpy.core._internal", &["_reconstruct"]),
    ("joblib.numpy_pickle", &["NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper"]),
    ("joblib.numpy_pickle_compat", &["NDArrayWrapper", "ZNDArrayWrapper"]),
    ("sklearn.externals.joblib.numpy_pickle", &["NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper"]),
];

#[rustfmt::skip] // several to a line
pub(super) const BUILTINS: &[&str] = &[
    "set", "frozenset", "complex", "bytearray", "slice", "range", "xrange", "list", "dict", "tuple", "int", "long", "float", "str", "unicode",
    "bytes", "object", "bool", "type", "hash", "NotImplemented", "Ellipsis", "sum", "len", "min", "max", "abs", "round", "sorted",
];

/// Packages whose classes are vouched for, and whose functions are when they are only named, not called.
#[rustfmt::skip] // several to a line
pub(super) const TRUSTED: &[&str] = &[
    "sklearn", "xgboost", "lightgbm", "catboost", "gensim", "statsmodels", "imblearn", "hmmlearn", "numpy", "pandas", "scipy.sparse", "scipy.stats",
    "scipy.interpolate", "scipy.spatial", "scipy.special", "scipy.optimize", "scipy._lib", "torch.nn", "torch.ao", "torch.quantization",
    "torch.optim", "torch.distributions", "torch.torch_version", "torch._utils", "pathlib", "enum", "__torch__",
];

/// Functions of trusted packages that classes name as their makers. Compared at the name's start.
#[rustfmt::skip] // several to a line
pub(super) const MAKERS: &[&str] = &[
    "_rebuild_", "__pyx_unpickle_", "_unpickle", "_new_Index", "_new_DatetimeIndex", "_new_PeriodIndex", "_reconstruct", "__ctor", "newObj",
    "_mareconstruct", "_mrreconstruct", "_frombuffer", "__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor", "__RandomState_ctor",
    "_convert_to_ufunc", "scalar", "ndarray", "dtype", "matrix", "recarray", "record", "float", "int", "uint", "complex", "datetime64", "timedelta64",
    "bool", "str_", "bytes_", "void", "object_", "longlong", "ulonglong", "longdouble", "rebuild_",
];

/// Names that run code wherever they come from.
#[rustfmt::skip] // several to a line
pub(super) const RUNNERS: &[&str] = &[
    "eval", "exec", "execfile", "system", "popen", "__import__", "import_module", "check_output", "Popen", "loads", "runstring", "run_module",
    "run_path", "_import_dotted_name",
];

/// Names of trusted packages that load a file given by the caller, as pickle or as code.
#[rustfmt::skip] // several to a line
pub(super) const LOADERS: &[&str] = &[
    "load", "read_pickle", "loadtxt", "genfromtxt", "fromfile", "memmap", "fromregex", "compile", "query", "read_csv", "read_hdf", "to_pickle",
    "save", "savez",
];

/// Packages that make a stream a model, with the framework's name. The longest that fits decides; an empty name means "no model".
#[rustfmt::skip] // several to a line
pub(super) const FAMILIES: &[(&str, &str)] = &[
    ("sklearn", "sklearn"), ("sklearn.utils", ""), ("sklearn.datasets", ""), ("sklearn.externals", ""), ("sklearn.metrics", ""),
    ("xgboost", "xgboost"), ("lightgbm", "lightgbm"), ("catboost", "catboost"), ("torch.nn", "torch"), ("torch._utils._rebuild", "torch"),
    ("torch._tensor._rebuild", "torch"), ("torch.jit", "torch"), ("__torch__", "torch"), ("torchvision.models", "torch"), ("keras", "keras"),
    ("tf_keras", "keras"), ("tensorflow", "tensorflow"), ("gensim.models", "gensim"), ("statsmodels", "statsmodels"), ("prophet", "prophet"),
    ("transformers", "transformers"), ("transformers.training_args", ""), ("transformers.trainer_utils", ""),
    ("transformers.trainer_pt_utils", ""), ("transformers.integrations", ""), ("transformers.utils", ""), ("sentence_transformers", "sentence-transformers"), ("spacy", "spacy"), ("thinc", "spacy"), ("flair", "flair"),
    ("fastai", "fastai"), ("pytorch_lightning", "lightning"), ("lightning", "lightning"), ("mlflow.pyfunc", "mlflow"), ("skorch", "skorch"),
    ("imblearn", "imblearn"), ("pycaret", "pycaret"), ("autogluon", "autogluon"), ("hmmlearn", "hmmlearn"), ("lifelines", "lifelines"),
    ("surprise", "surprise"), ("implicit", "implicit"), ("econml", "econml"), ("causalml", "causalml"), ("paddle", "paddle"),
    ("megengine", "megengine"), ("mxnet", "mxnet"), ("chainer", "chainer"), ("lasagne", "lasagne"), ("theano", "theano"), ("jax", "jax"),
    ("flax", "flax"), ("haiku", "haiku"), ("stable_baselines3", "stable-baselines3"), ("ultralytics", "ultralytics"), ("timm", "timm"),
    ("peft", "peft"), ("diffusers", "diffusers"),
];
