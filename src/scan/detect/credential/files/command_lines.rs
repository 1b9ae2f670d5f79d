//! Logins that command lines of services keep: gh, glab, kubectl, Terraform, Kaggle, Hugging Face, Databricks, Weights & Biases.

use super::judge::Kind::{Key, Password, Random, Token};
use super::{Form, NONE, Reader, field};

const CLI: &str = "cli-token";
const CLUSTER: &str = "kubeconfig";
const HOST: &[(&str, &str)] = &[("host", "{}"), ("user", "user")];
const USER: &[(&str, &str)] = &[("account", "name")];

pub(super) const READERS: &[Reader] = &[
    Reader {
        files: &["kubeconfig", "config", "kubeconfig.yaml", "kubeconfig.yml", "kube_config", "kube.config"],
        marks: &["kind: Config", "current-context"],
        anchors: &["client-key-data", "current-context:"],
        form: Form::Yaml,
        fields: &[
            field("users/#/user/token", CLUSTER, Token, USER),
            field("users/#/user/password", CLUSTER, Password, &[("user", "username"), ("account", "name")]),
            field("users/#/user/client-key-data", "kubeconfig-key", Key, USER),
            field("users/#/user/auth-provider/config/*-token", CLUSTER, Token, USER),
            field("users/#/user/auth-provider/config/client-secret", CLUSTER, Token, USER),
            field("users/#/user/exec/env/#/value", CLUSTER, Random, USER),
        ],
        ..NONE
    },
    Reader {
        files: &["hosts.yml", "hosts.yaml", "hub", "hub.yml"],
        marks: &["oauth_token"],
        form: Form::Yaml,
        fields: &[field("{}/oauth_token", CLI, Token, HOST), field("{}/users/*/oauth_token", CLI, Token, HOST), field("{}/#/oauth_token", CLI, Token, HOST)],
        ..NONE
    },
    Reader {
        files: &["config.yml", "config.yaml"],
        marks: &["api_host", "git_protocol"],
        form: Form::Yaml,
        fields: &[field("hosts/{}/*token", CLI, Token, HOST)],
        ..NONE
    },
    Reader { files: &["credentials.tfrc.json", "terraform.tfrc.json"], form: Form::Json, fields: &[field("credentials/{}/token", CLI, Token, HOST)], ..NONE },
    Reader { files: &["kaggle.json"], form: Form::Json, fields: &[field("key", CLI, Token, &[("user", "username")])], ..NONE },
    Reader { files: &["stored_tokens"], fields: &[field("{}/hf_token", CLI, Token, &[("profile", "{}")])], ..NONE },
    Reader {
        files: &["databrickscfg"],
        fields: &[
            field("{}/token", CLI, Token, &[("host", "host"), ("profile", "{}")]),
            field("{}/client_secret", CLI, Token, &[("host", "host"), ("profile", "{}")]),
            field("{}/password", CLI, Password, &[("host", "host"), ("user", "username"), ("profile", "{}")]),
        ],
        ..NONE
    },
    Reader { files: &["settings"], marks: &["api_key"], fields: &[field("*/api_key", CLI, Token, &[("host", "base_url")])], ..NONE },
];
