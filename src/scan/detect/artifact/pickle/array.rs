//! Arrays that joblib writes between the operations of a pickle: behind the `BUILD` of a wrapper stand the raw bytes, or one more pickle.

use super::Stop;
use super::machine::Machine;
use super::value::{Fields, Value};

/// Nested arrays of objects.
const DEPTH: u8 = 8;

/// joblib's own, and the copy that older scikit-learn carries.
pub(super) fn is_wrapper((module, name): (&str, &str)) -> bool {
    name == "NumpyArrayWrapper" && (module == "joblib.numpy_pickle" || module == "sklearn.externals.joblib.numpy_pickle")
}

pub(super) fn is_dtype((module, name): (&str, &str)) -> bool {
    module == "numpy" && name == "dtype"
}

/// Does the state of a structured dtype say that it holds Python objects? Flags are the state's eighth field.
pub(super) fn holds_objects(state: &Value) -> bool {
    const HAS_OBJECT: i64 = 1;
    matches!(state, Value::Tuple(fields) if matches!(fields.get(7), Some(Value::Int(flags)) if flags & HAS_OBJECT != 0))
}

/// Goes past the array whose wrapper was just built.
pub(super) fn follow(machine: &mut Machine<'_, '_>, state: &Value) -> Result<(), Stop> {
    let fields = if let Value::Dict(dict) = state { dict.borrow().as_deref().cloned() } else { None };
    let Some(Fields { shape: Some(Value::Tuple(shape)), dtype: Some(Value::Dtype(code)), aligned }) = fields else {
        return machine.give_up("it holds an array that cannot be measured");
    };
    machine.told.arrays += 1;
    machine.suspect();
    let Some(item) = item_size(&code.text) else { return objects(machine) };
    let mut length = item;
    for side in shape.iter() {
        let Value::Int(side) = side else { return machine.give_up("it holds an array that cannot be measured") };
        let side = u64::try_from(*side).map_err(|_| Stop::Broken)?;
        length = length.checked_mul(side).ok_or(Stop::Broken)?;
    }
    if aligned {
        let padding = machine.tape.byte()?;
        machine.tape.skip(padding.into())?;
    }
    machine.tape.skip(length)
}

/// An array of Python objects is one more pickle.
fn objects(machine: &mut Machine<'_, '_>) -> Result<(), Stop> {
    if machine.depth >= DEPTH {
        return machine.give_up("it nests deeper than is followed");
    }
    Machine::new(machine.tape, machine.told, machine.depth + 1).run()
}

/// Bytes of an element: `f8`, `<i4`, `U10`, `V16`, `?`. None for Python objects.
fn item_size(code: &str) -> Option<u64> {
    let code = code.trim_start_matches(['<', '>', '=', '|']);
    let kind = code.chars().next()?;
    if kind == 'O' {
        return None;
    }
    let size: u64 = code.get(kind.len_utf8()..)?.parse().unwrap_or(1);
    if kind == 'U' { size.checked_mul(4) } else { Some(size) }
}
