//! No secret leaves the program, in any form, on any road: raw, escaped, base64, hex, percent-encoded, reversed order of parts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::{NOW, github_token, gzip, heliodon, notebook, random, tar, tree, zip};

/// Secrets of the kinds that are treated differently: tokens, passwords, URLs, key pairs, keys.
fn secrets() -> Vec<String> {
    let key_body = STANDARD.encode(random(11, 600));
    vec![
        github_token(1),
        format!("Tr0ub{}!dor", random(2, 4)),
        format!("p{}%7Eq", random(3, 9)),
        format!("{}/{}+", random(4, 19), random(5, 19)),
        key_body.chars().take(200).collect(),
    ]
}

fn estate(secrets: &[String]) -> tempfile::TempDir {
    let [token, password, in_url, aws, key] = secrets else { panic!("five kinds") };
    let pem = |label: &str| {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", key.as_bytes().chunks(64).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n"))
    };
    let code = format!("token = \"{token}\"\npassword = \"{password}\"\n");
    let named = format!("backup-{token}.txt");
    tree(&[
        (".env", format!("PASSWORD={password}\nDATABASE_URL=postgres://app:{in_url}@db.internal.acme.io:5432/app\nGITHUB_TOKEN={token}\n").as_bytes()),
        (
            "aws.ini",
            format!("aws_access_key_id = AKIA{}\naws_secret_access_key = {aws}\n", random(6, 16).to_uppercase().replace(['0', '1', '8', '9'], "Q")).as_bytes(),
        ),
        ("key.pem", pem("RSA PRIVATE KEY").as_bytes()),
        ("encoded.txt", STANDARD.encode(&code).as_bytes()),
        ("escaped.json", serde_json::json!({"config": code}).to_string().as_bytes()),
        ("try.ipynb", &notebook(&code)),
        ("bundle.tgz", &gzip(&tar("inner.zip", &zip(&named, code.as_bytes())))),
        (&named, code.as_bytes()),
        ("cut.gz", &gzip(code.as_bytes())[..30]),
        ("broken.ipynb", format!("{{\"cells\": [{{\"source\": \"{token}\"").as_bytes()),
        ("config.json", format!("{{\"architectures\": [\"{token}\"], \"model_type\": \"{token}\"}}").as_bytes()),
        ("adapter_config.json", format!("{{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"https://{token}@hf.co/a?t={token}\"}}").as_bytes()),
        ("README.md", format!("---\nlibrary_name: x\nmodel_name: {}{token}\n---\n", "x".repeat(385)).as_bytes()),
        ("model.yaml", format!("name: x\nowner: {token}\nunknown_field: {password}\n").as_bytes()),
    ])
}

/// Every way of writing a secret that must not be found in an output.
fn forms(secret: &str) -> Vec<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let aligned = (0..3).map(|pad| {
        let encoded = STANDARD.encode([vec![b' '; pad], secret.as_bytes().to_vec()].concat());
        // The first and the last group depend on the neighbours.
        encoded[4..encoded.len() - 4].to_owned()
    });
    let escaped = serde_json::to_string(secret).expect("a string is JSON").trim_matches('"').to_owned();
    let percent = heliodon::domain::encode_uri(secret.as_bytes());
    // Half a secret is half too much.
    let half = secret[secret.len() / 2..].to_owned();
    aligned.chain([secret.to_owned(), escaped, percent, half, hex(secret.as_bytes())]).collect()
}

#[test]
fn no_output_holds_a_secret() {
    let secrets = secrets();
    let estate = estate(&secrets);
    let directory = estate.path();
    let base = ["--now", NOW, "--fail-on", "never", "--no-registry", "--exclude", "plan.jsonl"];
    let mut outputs = Vec::new();
    for format in ["text", "jsonl", "sarif"] {
        for extra in [&[][..], &["--verbose", "--weak", "--sarif-profile", "full"]] {
            let run = heliodon(directory, &[&["scan", ".", "--format", format], &base[..], extra].concat());
            assert_eq!(run.status, 0, "{}", run.stderr);
            assert!(run.stdout.contains("REDACTED") || format == "text", "something is found and redacted");
            outputs.push((format!("scan {format} {extra:?}"), run.stdout + &run.stderr));
        }
    }
    heliodon(directory, &["plan", ".", "--no-registry", "-o", "plan.jsonl"]);
    let run = heliodon(directory, &["observe", "--plan", "plan.jsonl"]);
    outputs.push(("observe".into(), run.stdout + &run.stderr));
    for (what, text) in &outputs {
        for form in secrets.iter().flat_map(|secret| forms(secret)) {
            assert!(!text.contains(&form), "{what}: a secret in the output: …{}", around(text, &form));
        }
    }
}

/// Where it stands, for whoever mends it; the secrets here are made up.
fn around(text: &str, form: &str) -> String {
    let at = text.find(form).unwrap_or_default();
    let start = text[..at].char_indices().rev().take(120).last().map_or(at, |(start, _)| start);
    text[start..at].to_owned()
}

#[test]
fn a_traced_secret_is_known_again_and_not_told() {
    let directory = tree(&[]);
    let token = github_token(9);
    let traced = crate::support::heliodon_reading(directory.path(), &["trace"], token.as_bytes());
    assert_eq!(traced.status, 0, "{}", traced.stderr);
    assert!(traced.stdout.starts_with("hel1:") && !traced.stdout.contains(&token));
    std::fs::write(directory.path().join(".env"), format!("GITHUB_TOKEN={token}\n")).expect("the file can be written");
    let seen = crate::support::observe(directory.path());
    assert!(seen.contains(traced.stdout.trim()), "{seen}");
    let guessable = crate::support::heliodon_reading(directory.path(), &["trace"], b"summer");
    assert_eq!(guessable.status, 2);
    assert!(guessable.stderr.contains("could be guessed") && !guessable.stderr.contains("summer"), "{}", guessable.stderr);
}
