//! Logins of package managers and build tools to their registries.

use super::judge::Kind::{Pair, Password, Token};
use super::{Field, Form, NONE, Reader, field};

const REGISTRY: &str = "package-registry";
const LOGIN: &[(&str, &str)] = &[("host", "repository"), ("user", "username"), ("registry", "{}")];
const NAMED: &[(&str, &str)] = &[("host", "{}"), ("user", "username")];
const ID: &[(&str, &str)] = &[("registry", "id"), ("user", "username")];

pub(super) const READERS: &[Reader] = &[
    Reader { files: &["pypirc"], fields: &[field("{}/password", REGISTRY, Password, LOGIN)], ..NONE },
    Reader {
        files: &["auth.toml"],
        form: Form::Toml,
        fields: &[field("http-basic/{}/password", REGISTRY, Password, NAMED), field("pypi-token/{}", REGISTRY, Token, &[("registry", "{}")])],
        ..NONE
    },
    Reader {
        files: &["credentials.toml", "credentials"],
        marks: &["[registry]", "[registries"],
        form: Form::Toml,
        fields: &[field("registry/token", REGISTRY, Token, &[]), field("registries/{}/token", REGISTRY, Token, &[("registry", "{}")])],
        ..NONE
    },
    Reader { files: &["credentials"], marks: &["rubygems_api_key", "_api_key"], form: Form::Yaml, fields: &[field(":*", REGISTRY, Token, &[])], ..NONE },
    Reader {
        files: &["yarnrc.yml", "yarnrc.yaml"],
        anchors: &["npmAuthToken"],
        form: Form::Yaml,
        fields: &[
            field("npmAuthToken", REGISTRY, Token, &[("host", "npmRegistryServer")]),
            field("npmRegistries/{}/npmAuthToken", REGISTRY, Token, &[("host", "{}")]),
            field("npmScopes/{}/npmAuthToken", REGISTRY, Token, &[("host", "npmRegistryServer"), ("registry", "{}")]),
            field("**/npmAuthIdent", REGISTRY, Pair, &[]),
        ],
        ..NONE
    },
    Reader {
        anchors: &["ClearTextPassword"],
        form: Form::Xml,
        fields: &[Field {
            when: Some(("key", "ClearTextPassword")),
            ..field("configuration/packageSourceCredentials/{}/add/value", REGISTRY, Password, &[("registry", "{}")])
        }],
        ..NONE
    },
    Reader {
        files: &["settings.xml", "settings-security.xml"],
        marks: &["<servers>", "<proxies>"],
        form: Form::Xml,
        fields: &[
            field("settings/servers/server/password", REGISTRY, Password, ID),
            field("settings/servers/server/passphrase", REGISTRY, Password, ID),
            field("settings/proxies/proxy/password", REGISTRY, Password, &[("host", "host"), ("user", "username")]),
        ],
        ..NONE
    },
    Reader { files: &["gradle.properties"], fields: &[field("*password", REGISTRY, Password, &[]), field("*token", REGISTRY, Token, &[])], ..NONE },
    Reader {
        files: &["auth.json"],
        marks: &["http-basic", "-oauth", "-token", "\"bearer\""],
        form: Form::Json,
        fields: &[
            field("http-basic/{}/password", REGISTRY, Password, NAMED),
            field("github-oauth/{}", REGISTRY, Token, NAMED),
            field("gitlab-oauth/{}", REGISTRY, Token, NAMED),
            field("gitlab-token/{}", REGISTRY, Token, NAMED),
            field("gitlab-token/{}/token", REGISTRY, Token, NAMED),
            field("bearer/{}", REGISTRY, Token, NAMED),
            field("bitbucket-oauth/{}/consumer-secret", REGISTRY, Token, NAMED),
        ],
        ..NONE
    },
    Reader {
        files: &["credentials.xml"],
        marks: &["SystemCredentialsProvider", "CredentialsProvider"],
        form: Form::Xml,
        fields: &[
            field("**/password", "jenkins", Password, &[("user", "username"), ("registry", "id")]),
            field("**/secret", "jenkins", Password, &[("registry", "id")]),
            field("**/apiToken", "jenkins", Token, &[("registry", "id")]),
        ],
        ..NONE
    },
];
