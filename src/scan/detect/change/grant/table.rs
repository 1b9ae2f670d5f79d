//! The operations that change models, as policies name them: `rules/actions.tsv`; and patterns over them.

use std::sync::OnceLock;

use crate::domain::ChangeKind;

const TSV: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/actions.tsv"));

pub(super) struct Action {
    pub(super) cloud: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: ChangeKind,
}

/// All of them, in the order of the file.
pub(super) fn actions() -> &'static [Action] {
    static ALL: OnceLock<Vec<Action>> = OnceLock::new();
    ALL.get_or_init(|| TSV.lines().filter(|line| !line.starts_with('#')).filter_map(action).collect())
}

fn action(line: &'static str) -> Option<Action> {
    let mut fields = line.split('\t');
    let (cloud, name, kind) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Action {
        cloud,
        name,
        kind: match kind {
            "train" => ChangeKind::Train,
            "push" => ChangeKind::Push,
            "register" => ChangeKind::Register,
            "promote" => ChangeKind::Promote,
            "guardrail" => ChangeKind::Guardrail,
            "deploy" => ChangeKind::Deploy,
            _ => return None,
        },
    })
}

/// Does a pattern with `*` and `?` take in a name? Letters count in either case.
pub(super) fn takes_in(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut of, mut star) = (0, 0, None);
    while of < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(b'?') => (at, of) = (at + 1, of + 1),
            Some(byte) if byte.eq_ignore_ascii_case(&name[of]) => (at, of) = (at + 1, of + 1),
            _ => {
                let Some((back, seen)) = star else { return false };
                star = Some((back, seen + 1));
                (at, of) = (back + 1, seen + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_patterns_match_as_clouds_match_them() {
        assert_eq!(actions().len(), TSV.lines().filter(|line| !line.starts_with('#')).count());
        assert!(takes_in("sagemaker:*", "sagemaker:CreateModel") && takes_in("*", "x") && takes_in("SageMaker:create*Job", "sagemaker:CreateTrainingJob"));
        assert!(!takes_in("sagemaker:Create", "sagemaker:CreateModel") && !takes_in("s3:*", "sagemaker:CreateModel") && !takes_in("a?", "a"));
    }
}
