//! Who ran it, from what a build service says of itself. To add a service: a row in [`SERVICES`].

use std::collections::BTreeMap;

/// A build service: the variable that shows that we run in it, and what it tells.
struct Service {
    name: &'static str,
    mark: &'static str,
    /// Our word, and the variable.
    tells: &'static [(&'static str, &'static str)],
}

const LONGEST: usize = 300;

#[rustfmt::skip]
const SERVICES: &[Service] = &[
    Service { name: "github", mark: "GITHUB_ACTIONS", tells: &[("actor", "GITHUB_ACTOR"), ("project", "GITHUB_REPOSITORY"), ("pipeline", "GITHUB_WORKFLOW"), ("run", "GITHUB_RUN_ID"), ("attempt", "GITHUB_RUN_ATTEMPT"), ("job", "GITHUB_JOB"), ("commit", "GITHUB_SHA"), ("ref", "GITHUB_REF"), ("server", "GITHUB_SERVER_URL")] },
    Service { name: "gitlab", mark: "GITLAB_CI", tells: &[("actor", "GITLAB_USER_LOGIN"), ("project", "CI_PROJECT_PATH"), ("pipeline", "CI_PIPELINE_ID"), ("run", "CI_JOB_ID"), ("job", "CI_JOB_NAME"), ("commit", "CI_COMMIT_SHA"), ("ref", "CI_COMMIT_REF_NAME"), ("url", "CI_JOB_URL")] },
    Service { name: "azure", mark: "TF_BUILD", tells: &[("actor", "BUILD_REQUESTEDFOR"), ("project", "SYSTEM_TEAMPROJECT"), ("pipeline", "BUILD_DEFINITIONNAME"), ("run", "BUILD_BUILDID"), ("job", "SYSTEM_JOBDISPLAYNAME"), ("commit", "BUILD_SOURCEVERSION"), ("ref", "BUILD_SOURCEBRANCH"), ("server", "SYSTEM_COLLECTIONURI")] },
    Service { name: "buildkite", mark: "BUILDKITE", tells: &[("actor", "BUILDKITE_BUILD_CREATOR"), ("project", "BUILDKITE_ORGANIZATION_SLUG"), ("pipeline", "BUILDKITE_PIPELINE_SLUG"), ("run", "BUILDKITE_BUILD_NUMBER"), ("job", "BUILDKITE_JOB_ID"), ("commit", "BUILDKITE_COMMIT"), ("ref", "BUILDKITE_BRANCH"), ("url", "BUILDKITE_BUILD_URL")] },
    Service { name: "circleci", mark: "CIRCLECI", tells: &[("actor", "CIRCLE_USERNAME"), ("project", "CIRCLE_PROJECT_REPONAME"), ("pipeline", "CIRCLE_WORKFLOW_ID"), ("run", "CIRCLE_BUILD_NUM"), ("job", "CIRCLE_JOB"), ("commit", "CIRCLE_SHA1"), ("ref", "CIRCLE_BRANCH"), ("url", "CIRCLE_BUILD_URL")] },
    Service { name: "jenkins", mark: "JENKINS_URL", tells: &[("actor", "BUILD_USER_ID"), ("project", "JOB_NAME"), ("run", "BUILD_NUMBER"), ("commit", "GIT_COMMIT"), ("ref", "GIT_BRANCH"), ("url", "BUILD_URL")] },
];

/// What the environment says, and what was typed (`--run-by`). The name of a person's machine is told by nothing but the latter.
pub fn who(variable: impl Fn(&str) -> Option<String>, typed: Option<&str>) -> BTreeMap<String, String> {
    let filled = |name: &str| variable(name).filter(|value| !value.is_empty());
    let mut told: BTreeMap<String, String> = typed.map(|typed| ("by".to_owned(), harmless(typed))).into_iter().collect();
    if let Some(service) = SERVICES.iter().find(|service| filled(service.mark).is_some_and(|mark| mark != "false")) {
        told.insert("ci".to_owned(), service.name.to_owned());
        let tells = service.tells.iter().filter_map(|(word, name)| Some(((*word).to_owned(), harmless(&filled(name)?))));
        told.extend(tells);
    }
    told
}

/// Without what an address may carry besides the place: user, password, query and fragment.
fn harmless(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { '?' } else { c }).take(LONGEST).collect();
    let Some((scheme, rest)) = text.split_once("://") else { return text };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let host = host.rsplit('@').next().unwrap_or_default();
    path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_known_by_its_mark_and_nothing_else_is_told() {
        let told = |pairs: &[(&str, &str)], typed| {
            let value = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            who(value, typed).into_iter().map(|(word, value)| format!("{word}={value}")).collect::<Vec<_>>().join(" ")
        };
        let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_ACTOR", "mara"), ("GITHUB_RUN_ID", "7"), ("USER", "root"), ("HOSTNAME", "h")];
        assert_eq!(told(&github, None), "actor=mara ci=github run=7");
        assert_eq!(told(&[("JENKINS_URL", "x"), ("BUILD_URL", "https://u:p@ci.example/job/1?token=x#y")], None), "ci=jenkins url=https://ci.example/job/1");
        assert_eq!(told(&[("USER", "root"), ("CIRCLECI", "")], None), "");
        assert_eq!(told(&[("USER", "root")], Some("mara@desk\n")), "by=mara@desk?");
        for service in SERVICES {
            assert_eq!(told(&[(service.mark, "1")], None), format!("ci={}", service.name));
        }
    }
}
