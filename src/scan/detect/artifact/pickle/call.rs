//! Operations that look names up, and operations that call what was looked up.

use super::machine::Machine;
use super::value::Value;
use super::{Stop, array, judge};

impl Machine<'_, '_> {
    /// Operations that look names up, and operations that call.
    pub(super) fn name_or_call(&mut self, operation: u8) -> Result<(), Stop> {
        let value = match operation {
            b'c' => self.global_lines()?,
            0x93 => {
                let name = self.pop()?;
                let module = self.pop()?;
                self.stack_global(&module, &name)?
            }
            0x82..=0x84 => {
                let code = self.tape.take(1 << (operation - 0x82))?.iter().rev().fold(0u32, |code, byte| code << 8 | u32::from(*byte));
                Value::Global(self.told.global("copyreg", &format!("extension code {code}")))
            }
            b'i' => {
                let callee = self.global_lines()?;
                let arguments = self.pop_mark()?;
                self.call(&callee, &arguments)
            }
            b'o' => {
                let values = self.pop_mark()?;
                let (callee, arguments) = values.split_first().ok_or(Stop::Broken)?;
                self.call(callee, arguments)
            }
            b'R' => {
                let arguments = self.pop()?;
                let callee = self.pop()?;
                if let Value::Tuple(arguments) = &arguments { self.call(&callee, arguments) } else { self.call(&callee, &[Value::Other]) }
            }
            0x81 | 0x92 => self.instance(operation)?,
            b'Q' => {
                let id = self.pop()?;
                self.told.persistent(&id);
                Value::Other
            }
            _ => return self.build(),
        };
        self.push(value)
    }

    /// `NEWOBJ` and `NEWOBJ_EX`: `class.__new__`, which no function has.
    fn instance(&mut self, operation: u8) -> Result<Value, Stop> {
        if operation == 0x92 {
            self.pop()?;
        }
        self.pop()?;
        let class = self.pop()?;
        Ok(match class {
            Value::Global(number) => {
                self.told.mark(number, |global| global.made = true);
                Value::Result(number)
            }
            _ => Value::Other,
        })
    }

    fn build(&mut self) -> Result<(), Stop> {
        let state = self.pop()?;
        let top = self.top()?.clone();
        match &top {
            Value::Result(number) if array::is_wrapper(self.told.names(*number)) => array::follow(self, &state),
            Value::Dtype(_) => {
                if array::holds_objects(&state) {
                    self.pop()?;
                    let code = self.told.text(b"O");
                    self.push(if let Value::Text(code) = code { Value::Dtype(code) } else { Value::Other })?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn global_lines(&mut self) -> Result<Value, Stop> {
        let text = |line: &[u8]| std::str::from_utf8(line).ok().filter(|line| may_be_name(line)).map(str::to_owned).ok_or(Stop::Broken);
        let module = text(self.tape.line(512)?)?;
        let name = text(self.tape.line(512)?)?;
        Ok(Value::Global(self.told.global(&module, &name)))
    }

    fn stack_global(&mut self, module: &Value, name: &Value) -> Result<Value, Stop> {
        let number = match (module, name) {
            (Value::Text(module), Value::Text(name)) => self.told.global(&module.text, &name.text),
            (Value::Result(_), _) | (_, Value::Result(_)) => self.told.global(judge::COMPUTED.0, judge::COMPUTED.1),
            (Value::Forgotten, _) | (_, Value::Forgotten) => self.told.global("…", "…"),
            _ => return Err(Stop::Broken),
        };
        Ok(Value::Global(number))
    }

    /// A call of anything that can be called; what it gives.
    fn call(&mut self, callee: &Value, arguments: &[Value]) -> Value {
        let (Value::Global(number) | Value::Result(number)) = *callee else { return Value::Other };
        let (module, name) = self.told.names(number);
        if let Some(resolution) = judge::resolve(module, name, arguments, self.told) {
            self.told.mark(number, |global| global.resolved = true);
            return resolution.map_or(Value::Other, |(module, name)| Value::Global(self.told.global(&module, &name)));
        }
        let dtype = if array::is_dtype((module, name)) { arguments.first().cloned() } else { None };
        // `copyreg._reconstructor(class, …)` makes an instance of the class.
        let made = if name == "_reconstructor" { arguments.first().cloned() } else { None };
        self.told.mark(number, |global| global.called = true);
        match (dtype, made) {
            (Some(Value::Text(code)), _) => Value::Dtype(code),
            (_, Some(Value::Global(class))) => {
                self.told.mark(class, |global| global.made = true);
                Value::Result(class)
            }
            _ => Value::Result(number),
        }
    }
}

/// Python imports a file of any name; of blanks and control characters there is none in practice, and many in text.
fn may_be_name(line: &str) -> bool {
    !line.is_empty() && !line.contains(|c: char| c.is_whitespace() || c.is_control())
}
