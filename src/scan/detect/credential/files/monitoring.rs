//! Monitoring and shippers of logs: the logins with which they fetch and send.

use super::judge::Kind::{Password, Token};
use super::{Form, NONE, Reader, field};

const MONITOR: &str = "monitoring";

pub(super) const READERS: &[Reader] = &[
    Reader {
        anchors: &["scrape_configs"],
        files: &["alertmanager.yml", "alertmanager.yaml"],
        form: Form::Yaml,
        fields: &[
            field("**/basic_auth/password", MONITOR, Password, &[("user", "username"), ("job", "job_name")]),
            field("**/authorization/credentials", MONITOR, Token, &[("job", "job_name")]),
            field("**/bearer_token", MONITOR, Token, &[("job", "job_name"), ("host", "url")]),
            field("**/oauth2/client_secret", MONITOR, Token, &[("client", "client_id")]),
            field("global/smtp_auth_password", MONITOR, Password, &[("user", "smtp_auth_username"), ("host", "smtp_smarthost")]),
            field("**/*_key", MONITOR, Token, &[]),
        ],
        ..NONE
    },
    Reader {
        files: &[
            "filebeat.yml",
            "metricbeat.yml",
            "auditbeat.yml",
            "heartbeat.yml",
            "packetbeat.yml",
            "winlogbeat.yml",
            "apm-server.yml",
            "kibana.yml",
            "logstash.yml",
        ],
        form: Form::Yaml,
        fields: &[
            field("**/password", MONITOR, Password, &[("user", "username")]),
            field("**/*.password", MONITOR, Password, &[]),
            field("**/api_key", MONITOR, Token, &[]),
        ],
        ..NONE
    },
];
