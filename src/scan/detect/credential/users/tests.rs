use super::super::value::tests::{BASE62, made};
use crate::domain::{Credential, Evidence};
use crate::scan::detect::{Scratch, Text, text};

/// Facts of what is found in a file; `KEY` stands for a key of OpenAI's kind.
fn told(name: &str, written: &str) -> Vec<Vec<String>> {
    let key = format!("sk-proj-{}T3BlbkFJ{}", made(3, 74, BASE62), made(4, 74, BASE62));
    let written = written.replace("KEY", &key);
    let mut told = Vec::new();
    text(&Text { bytes: written.as_bytes(), name, prose: false, continued: false, before: b"", trace_key: None }, &mut Scratch::default(), &mut |sighting| {
        if let Evidence::Credential(Credential { facts, .. }) = sighting.evidence {
            told.push(facts.into_iter().map(|(name, fact)| format!("{name} {fact}")).collect());
        }
    });
    told
}

#[test]
fn servers_are_named_with_their_agents() {
    for (file, text, wanted) in [
        ("mcp.json", r#"{"mcpServers": {"github": {"command": "npx", "env": {"T": "KEY"}}}}"#, &["server github"][..]),
        (".mcp.json", r#"{"mcpServers": {"a b": {"headers": {"Authorization": "Bearer KEY"}}}}"#, &["server a b"]),
        ("claude_desktop_config.json", r#"{"mcpServers": {"x": {"args": ["--api-key", "KEY"]}}}"#, &["agent claude-desktop", "server x"]),
        ("mcp.json", r#"{"servers": {"x": {"env": {"T": "KEY"}}}}"#, &["agent vscode", "server x"]),
        ("mcp.json.bak", r#"{"servers": {"x": {"env": {"T": "KEY"}}}}"#, &["agent vscode", "server x"]),
        ("settings.json", "{// mine\n\"mcp\": {\"servers\": {\"x\": {\"env\": {\"T\": \"KEY\"}}}}}", &["agent vscode", "server x"]),
        ("config.toml", "model = 'o3'\n[mcp_servers.x]\ncommand = 'y'\nenv = { T = \"KEY\" }\n", &["agent codex", "server x"]),
        ("config.yaml", "mcpServers:\n  - name: x\n    env:\n      T: KEY\n", &["server x"]),
        ("settings.json", "{\"context_servers\": {\"x\": {\"env\": {\"T\": \"KEY\"}}}}", &["agent zed", "server x"]),
        (
            "config.yaml",
            "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt\n      api_key: KEY\n",
            &["agent litellm", "model gpt"],
        ),
        ("OAI_CONFIG_LIST", r#"[{"model": "gpt", "api_key": "KEY"}]"#, &["agent autogen", "model gpt"]),
        ("settings.json", r#"{"permissions": {}, "env": {"OPENAI_TOKEN": "KEY"}}"#, &["agent claude-code"]),
        (".aider.conf.yml", "openai-api-key: KEY\n", &["agent aider"]),
        ("agents.yaml", "researcher:\n  role: finds\n  api_key: KEY\n", &["agent researcher"]),
        ("settings.json", r#"{"a": "KEY"}"#, &[]),
        ("notes.md", r#"{"mcpServers": {"x": {"env": {"T": "KEY"}}}}"#, &[]),
    ] {
        assert_eq!(told(file, text), [wanted], "{file}: {text}");
    }
}

#[test]
fn services_and_workloads_are_named_unless_they_ask_for_the_password() {
    let compose = "services:\n  chat:\n    image: chat:1\n    environment:\n      - OPENAI_TOKEN=KEY\n  db:\n    image: docker.io/library/postgres:16\n    environment:\n      X: KEY\n";
    assert_eq!(told("compose.yml", compose), [vec!["service chat".to_owned()], Vec::new()]);
    let manifest = "kind: ConfigMap\nmetadata:\n  name: no\n---\nkind: Deployment\nmetadata:\n  name: chat\nspec:\n  template:\n    spec:\n      containers:\n      - name: c\n        env:\n        - name: T\n          value: KEY\n";
    assert_eq!(told("chat.yaml", manifest), [["kind Deployment", "workload chat"]]);
}
