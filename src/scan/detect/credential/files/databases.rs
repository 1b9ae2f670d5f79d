//! Clients of databases and warehouses, and the secrets of the applications before them.

use super::judge::Kind::{Password, Random, Token};
use super::{Form, NONE, Parsed, Reader, field, judge};
use crate::scan::detect::Text;

const DATABASE: &str = "database-client";
const MYSQL: &[(&str, &str)] = &[("user", "user"), ("host", "host")];
const SNOWFLAKE: &[(&str, &str)] = &[("account", "account"), ("user", "user"), ("profile", "{}")];
const WAREHOUSE: &[(&str, &str)] = &[("host", "host"), ("account", "account"), ("user", "user"), ("profile", "{}")];

pub(super) const READERS: &[Reader] = &[
    Reader { files: &["my.cnf", "mysql.cnf", "client.cnf", "my.ini"], fields: &[field("*/password", DATABASE, Password, MYSQL)], ..NONE },
    Reader { files: &["pgpass", "pgpass.conf"], own: Some(pgpass), ..NONE },
    Reader {
        files: &["connections.toml", "config.toml"],
        marks: &["account"],
        form: Form::Toml,
        fields: &[
            field("{}/password", DATABASE, Password, SNOWFLAKE),
            field("{}/token", DATABASE, Token, SNOWFLAKE),
            field("{}/private_key_passphrase", DATABASE, Password, SNOWFLAKE),
            field("connections/{}/password", DATABASE, Password, SNOWFLAKE),
            field("connections/{}/token", DATABASE, Token, SNOWFLAKE),
            field("connections/{}/private_key_passphrase", DATABASE, Password, SNOWFLAKE),
        ],
        ..NONE
    },
    Reader {
        files: &["profiles.yml", "profiles.yaml"],
        marks: &["outputs:"],
        form: Form::Yaml,
        fields: &[
            field("{}/outputs/*/pass*", DATABASE, Password, WAREHOUSE),
            field("{}/outputs/*/token", DATABASE, Token, WAREHOUSE),
            field("{}/outputs/*/private_key_passphrase", DATABASE, Password, WAREHOUSE),
            field("{}/outputs/*/client_secret", DATABASE, Token, WAREHOUSE),
        ],
        ..NONE
    },
    Reader {
        files: &["secrets.toml"],
        form: Form::Toml,
        fields: &[field("**/pass*", "app-secret", Password, &[]), field("**", "app-secret", Random, &[])],
        ..NONE
    },
];

/// `host:port:database:user:password`, whatever the port; `\:` is a colon of a name.
fn pgpass(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    let mut at = 0;
    for line in text.bytes.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let line = line.trim_ascii_end();
        let mut colons = (0..line.len()).filter(|at| line[*at] == b':' && (*at == 0 || line[*at - 1] != b'\\'));
        let (Some(first), Some(second), Some(third), Some(fourth)) = (colons.next(), colons.next(), colons.next(), colons.next()) else { continue };
        if line.starts_with(b"#") || !line[first + 1..second].iter().all(|byte| byte.is_ascii_digit() || *byte == b'*') {
            continue;
        }
        let user = &line[third + 1..fourth];
        let judged = judge::judge(Password, "database-client", text.bytes, start + fourth + 1..start + line.len(), user);
        if let Some(mut parsed) = judged {
            parsed.fact("host", &line[..first]);
            parsed.fact("database", &line[second + 1..third]);
            parsed.fact("user", user);
            found(parsed);
        }
    }
}
