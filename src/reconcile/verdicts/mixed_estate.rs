//! Research and production, or everything that a research model is made of, in one place.

use super::{CSF, CWE, NHI, RMF, Say, Verdict};
use crate::domain::Level;
use crate::reconcile::cases::{Case, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 6005,
    name: "mixed-estate",
    level: Level::Note,
    severity: 3.5,
    summary: "A research model shares one place with production, or with its data, prompts and outputs.",
    description: "Whoever can read or change one thing in a repository or bucket can read or change all of it: a research model, tried by many and checked by few, lies beside what serves customers, or beside \
        the data it was trained on, the prompts it is given and what it answered. A slip in the one becomes a leak or a change in the other, and nobody can give access to a part.",
    remedy: "Keep research and production apart: a repository or bucket each, with their own permissions; keep training data and outputs where only those who need them can read.",
    messages: &[
        ("default", "'{0}' in '{1}' is a research model and shares its place with '{2}' in '{3}', which is in production. Keep the two apart."),
        ("workshop", "'{0}' in '{1}' is a research model and shares its place with '{2}'. Keep weights, data, prompts and outputs apart."),
    ],
    taxa: &[(NHI, "NHI8:2025"), (RMF, "GOVERN 1.6"), (CSF, "PR.AA-05"), (CWE, "CWE-653")],
    tags: &["security", "model", "isolation"],
    judge,
};

/// So many kinds of things beside the weights make a workshop.
const WORKSHOP: usize = 2;

fn judge(case: &Case<'_>, _world: &World<'_>) -> Option<Say> {
    let mixed = case.model()?.mixed.as_ref()?;
    let (name, place) = (case.label.clone(), case.at(&case.all()));
    let say = match &mixed.production {
        Some((other, at)) => Say::all(case, "default", [name, place, other.clone(), at.display()]).beside([*at], "in production"),
        None if mixed.beside.len() >= WORKSHOP => {
            let kinds: Vec<_> = mixed.beside.keys().map(|role| format!("{role}s")).collect();
            Say::all(case, "workshop", [name, place, kinds.join(", ")])
        }
        None => return None,
    };
    let others = mixed.research.iter().copied().filter(|place| case.sights.iter().all(|sight| sight.place != *place));
    let say = say.beside(others, "another research model");
    Some(mixed.beside.iter().fold(say, |say, (role, place)| say.beside([*place], role)))
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    fn research() -> Estate {
        Estate::new().artifact("lab/a.pt", "model", "a", |_| {}).model("name: lab\nstage: research\ndigests: [\"sha256:@a\"]\n")
    }

    #[test]
    fn research_beside_production_is_told_once_a_target() {
        let other = || research().artifact("lab/b.pt", "model", "b", |_| {}).model("name: lab2\nstage: research\ndigests: [\"sha256:@b\"]\n");
        let mixed = other().artifact("serve/c.pt", "model", "c", |_| {}).model("name: live\nstage: production\ndigests: [\"sha256:@c\"]\n");
        let told = mixed.findings("mixed-estate");
        assert_eq!(told.len(), 1);
        assert_eq!(
            told[0].text,
            "'a.pt' in 'lab/a.pt' is a research model and shares its place with 'c.pt' in 'serve/c.pt', which is in production. Keep the two apart."
        );
        assert_eq!(told[0].related.len(), 2);
        assert!(other().says("mixed-estate").is_empty());
    }

    #[test]
    fn weights_data_and_prompts_together_are_a_workshop() {
        let data = || research().artifact("data/train.jsonl", "dataset", "", |_| {});
        assert!(data().says("mixed-estate").is_empty());
        assert_eq!(
            data().artifact("prompts/a.txt", "prompt", "", |_| {}).says("mixed-estate"),
            ["'a.pt' in 'lab/a.pt' is a research model and shares its place with 'datasets, prompts'. Keep weights, data, prompts and outputs apart."]
        );
    }
}
