//! The scripts that git runs.

use std::path::Path;

/// By this line a hook is known as ours.
const MARKER: &str = "# heliodon:hook";

/// What to do about findings; said wherever a gate is closed.
pub(super) const ADVICE: &str =
    "Take out what was found (and revoke it, if it was ever shared), or waive it with a reason and an end in heliodon-registry.yaml.";

/// Before what git runs a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Commit,
    Push,
    Receive,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Commit, Self::Push, Self::Receive];

    /// Name of the file.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Commit => "pre-commit",
            Self::Push => "pre-push",
            Self::Receive => "pre-receive",
        }
    }

    /// The last lines: the check, and what to say when it stops git.
    fn check(self) -> String {
        match self {
            Self::Commit => format!(
                "\"$heliodon\" scan --staged >&2 && exit 0\nstatus=$?\n\
                 [ $status -ne 1 ] || echo >&2 'heliodon: {ADVICE}'\n{}",
                stopped("nothing was committed", "git commit")
            ),
            Self::Push => {
                format!("printf '%s' \"$input\" | \"$heliodon\" hook pre-push \"$@\" >&2 && exit 0\nstatus=$?\n{}", stopped("nothing was pushed", "git push"))
            }
            Self::Receive => "printf '%s' \"$input\" | \"$heliodon\" hook pre-receive >&2\n".into(),
        }
    }
}

fn stopped(consequence: &str, command: &str) -> String {
    format!("echo >&2 'heliodon: {consequence}. `{command} --no-verify`, or HELIODON_SKIP=1 before the command, leaves this check out.'\nexit $status\n")
}

/// The hook, for any POSIX shell. A hook that was there before lies beside it as `NAME.kept`, and is asked first.
pub(super) fn script(kind: Kind, program: &Path) -> String {
    let name = kind.name();
    // What git writes to a hook is wanted twice. The dot keeps the last line's end, which `$(…)` would cut off.
    let (read, give) = match kind {
        Kind::Commit => ("", ""),
        Kind::Push | Kind::Receive => ("input=$(cat; echo .)\ninput=${input%.}\n", "printf '%s' \"$input\" | "),
    };
    let program = quoted(&program.to_string_lossy());
    format!(
        "#!/bin/sh\n{MARKER} (written by `heliodon hook install`, which also writes it anew; `heliodon hook uninstall` takes it away)\n\
         {read}if [ -x \"$0.kept\" ]; then\n  {give}\"$0.kept\" \"$@\" || exit $?\nfi\n\
         case \"${{HELIODON_SKIP:-}}\" in '' | 0) ;; *) exit 0 ;; esac\n\
         heliodon={program}\n\
         [ -x \"$heliodon\" ] || heliodon=$(command -v heliodon) || {{\n  \
         echo >&2 'heliodon: the {name} hook finds no heliodon, neither where it was installed nor on the PATH; install it, or leave the check out with HELIODON_SKIP=1.'\n  \
         exit 2\n}}\n{}",
        kind.check()
    )
}

/// Whether `install` wrote this.
pub(super) fn is_ours(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').take(3).any(|line| line.starts_with(MARKER.as_bytes()))
}

/// A word of the shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_known_as_ours_and_others_are_not() {
        for kind in Kind::ALL {
            assert!(is_ours(script(kind, Path::new("/usr/bin/heliodon")).as_bytes()));
        }
        assert!(!is_ours(b"#!/bin/sh\nheliodon scan --staged\n"));
    }

    #[test]
    fn a_path_is_one_word() {
        assert_eq!(quoted("/home/o'neil/my bin/x"), r"'/home/o'\''neil/my bin/x'");
    }
}
