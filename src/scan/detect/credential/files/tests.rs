use super::super::value::tests::{BASE62, made};
use crate::domain::{Credential, Evidence, Sureness};
use crate::rulepack::pack;
use crate::scan::detect::{Scratch, Text, text};

/// Rules and facts of what is surely found in a file; `WORD` stands for a password, `TOKEN` for a token, `DIGITS` for hexadecimal ones.
fn told(name: &str, written: &str) -> Vec<String> {
    let written = written
        .replace("WORD", &format!("Cobalt7{}", made(3, 9, BASE62)))
        .replace("TOKEN", &made(5, 40, BASE62))
        .replace("DIGITS", &made(6, 32, b"0123456789ABCDEF"));
    let mut told = Vec::new();
    text(&Text { bytes: written.as_bytes(), name, prose: false, continued: false, before: b"", trace_key: None }, &mut Scratch::default(), &mut |sighting| {
        if let Evidence::Credential(Credential { rule, facts, sureness, .. }) = sighting.evidence
            && sureness > Sureness::Weak
        {
            let rule = pack().rule(rule).map(|rule| rule.name.as_str()).unwrap_or_default();
            told.push(facts.into_iter().fold(rule.to_owned(), |told, (name, fact)| format!("{told} {name}={fact}")));
        }
    });
    told
}

#[test]
fn each_file_is_read_and_says_whose_its_secret_is() {
    for (name, text, wanted) in [
        (
            ".pypirc",
            "[company]\nrepository: https://pypi.company.io/simple\nusername: robot\npassword: WORD\n",
            "package-registry-login host=pypi.company.io registry=company user=robot",
        ),
        ("credentials.toml", "[registries.company]\ntoken = \"TOKEN\"\n", "package-registry-login registry=company"),
        (
            "settings.xml",
            "<settings><servers><server><id>nexus</id><username>robot</username><password>WORD</password></server></servers></settings>",
            "package-registry-login registry=nexus user=robot",
        ),
        (
            "auth.json",
            r#"{"http-basic": {"repo.company.io": {"username": "robot", "password": "WORD"}}}"#,
            "package-registry-login host=repo.company.io user=robot",
        ),
        (".my.cnf", "[client]\nuser=root\nhost=db.company.io\npassword=WORD\n", "database-client-login host=db.company.io user=root"),
        (".my.cnf.bak", "[client]\nuser=root\npassword=WORD\n", "database-client-login user=root"),
        (".pgpass", "# mine\ndb.company.io:6000:orders:app:WORD\n", "database-client-login database=orders host=db.company.io user=app"),
        (
            "profiles.yml",
            "orders:\n  target: prod\n  outputs:\n    prod:\n      type: postgres\n      host: db.company.io\n      user: dbt\n      password: WORD\n",
            "database-client-login host=db.company.io profile=orders user=dbt",
        ),
        ("connections.toml", "[prod]\naccount = \"ab123\"\nuser = \"dbt\"\npassword = \"WORD\"\n", "database-client-login account=ab123 profile=prod user=dbt"),
        ("sftp.json", r#"{"host": "web.company.io", "username": "deploy", "password": "WORD"}"#, "remote-login host=web.company.io user=deploy"),
        (
            "WinSCP.ini",
            "[Sessions\\deploy]\nHostName=web.company.io\nUserName=deploy\nPassword=DIGITS\n",
            "remote-login host=web.company.io session=Sessions\\deploy user=deploy",
        ),
        ("config", "apiVersion: v1\nkind: Config\nusers:\n- name: robot\n  user:\n    token: TOKEN\n", "kubeconfig-credential account=robot"),
        ("hosts.yml", "git.company.io:\n    user: robot\n    oauth_token: TOKEN\n", "cli-token host=git.company.io user=robot"),
        ("credentials.tfrc.json", r#"{"credentials": {"tf.company.io": {"token": "TOKEN"}}}"#, "cli-token host=tf.company.io"),
        (".databrickscfg", "[DEFAULT]\nhost = https://dbc.company.io\ntoken = TOKEN\n", "cli-token host=dbc.company.io profile=DEFAULT"),
        ("rclone.conf", "[box]\ntype = webdav\nuser = robot\npass = TOKEN\n", "rclone-obscured-password remote=box user=robot"),
        (".vault-token", "TOKEN\n", "bare-token-file"),
        ("vault_pass.txt", "WORD\n", "ansible-vault-password"),
        (
            "msal_token_cache.json",
            r#"{"RefreshToken": {"x": {"secret": "TOKEN", "home_account_id": "me", "client_id": "04b0"}}}"#,
            "cloud-login account=me client=04b0",
        ),
        ("filebeat.yml", "output.elasticsearch:\n  username: elastic\n  password: WORD\n", "monitoring-login user=elastic"),
        (
            "env.json",
            r#"{"__export_format": 4, "resources": [{"authentication": {"type": "basic", "username": "robot", "password": "WORD"}}]}"#,
            "api-client-secret user=robot",
        ),
    ] {
        assert_eq!(told(name, text), [wanted], "{name}");
    }
}

#[test]
fn references_samples_and_ciphertext_stay_quiet() {
    for (name, text) in [
        (".pypirc", "[a]\npassword = %(PYPI)s\n"),
        ("settings.xml", "<settings><servers><server><password>${env.NEXUS}</password></server></servers></settings>"),
        ("settings.xml", "<settings><servers><server><password>{COQLCE6DU6GtcS5P=}</password></server></servers></settings>"),
        ("profiles.yml", "a:\n  outputs:\n    b:\n      password: \"{{ env_var('DBT_PASSWORD') }}\"\n"),
        ("config", "kind: Config\nusers:\n- name: x\n  user:\n    token: \"\"\n"),
        ("sftp.json", r#"{"host": "x", "password": "your-password"}"#),
        ("token", "see the documentation of tokens"),
        (".htpasswd", "robot:$apr1$abcdefgh$0123456789abcdefghijkl\n"),
        ("vault_pass.py", "import os\n"),
        (".my.cnf", "[client]\nuser=root\npassword=root\n"),
    ] {
        assert_eq!(told(name, text), [""; 0], "{name}: {text}");
    }
}

#[test]
fn a_providers_token_keeps_its_rule_and_is_told_whose_it_is() {
    let token = format!("sk-ant-api03-{}AA", made(2, 93, BASE62));
    let found = told("databrickscfg", &format!("[DEFAULT]\nhost = https://dbc.company.io\ntoken = {token}\n"));
    assert_eq!(found, ["anthropic-api-key host=dbc.company.io profile=DEFAULT"]);
}
