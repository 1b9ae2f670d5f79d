//! Agents and the MCP servers that they start: which of them is given which key.

use super::User;
use crate::scan::detect::credential::files::FileName;

const fn server(mark: &'static str, at: &'static str, agent: &'static str) -> User {
    User { mark, files: &[], at, named_by: &["name", "id"], fact: "server", agent }
}

/// Servers by name, in the words of each agent.
pub(super) const SERVERS: &[User] = &[
    server("mcpServers", "**/mcpServers/{}/**", ""),
    server("mcpServers", "**/mcpServers/#/**", ""),
    server("mcp_servers", "**/mcp_servers/{}/**", "codex"),
    server("context_servers", "context_servers/{}/**", "zed"),
    server("modelContextProtocolServers", "**/modelContextProtocolServers/#/**", "continue"),
    server("mcp.servers", "mcp.servers/{}/**", "vscode"),
    server("servers", "mcp/servers/{}/**", "vscode"),
    User { files: &["mcp.json"], ..server("servers", "servers/{}/**", "vscode") },
    User { files: &["opencode.json", "opencode.jsonc"], ..server("mcp", "mcp/{}/**", "opencode") },
    User { files: &["config.yaml", "config.yml"], ..server("envs", "extensions/{}/**", "goose") },
];

const fn models(mark: &'static str, at: &'static str, named_by: &'static [&'static str], agent: &'static str) -> User {
    User { mark, files: &[], at, named_by, fact: "model", agent }
}

/// One program's list of models: they share its keys, and are told apart from agents that do.
pub(super) const MODELS: &[User] = &[
    models("litellm_params", "model_list/#/**", &["model_name"], "litellm"),
    models("litellm_settings", "**", &[], "litellm"),
    User { files: &["oai_config_list", "oai_config_list.json"], ..models("model", "#/**", &["model"], "autogen") },
    User { files: &["config.json", "config.yaml", "config.yml"], ..models("apiKey", "models/#/**", &["title", "name", "model"], "continue") },
    User { files: &["opencode.json", "opencode.jsonc"], ..models("provider", "provider/{}/**", &[], "opencode") },
    User { fact: "component", ..models("\"edges\"", "**/nodes/#/**", &["id"], "") },
];

const fn file(names: &'static [&'static str], mark: &'static str, agent: &'static str) -> User {
    User { mark, files: names, at: "**", named_by: &[], fact: "", agent }
}

/// Files that are one agent's from end to end.
pub(super) const FILES: &[User] = &[
    User { files: &["agents.yaml", "agents.yml"], mark: "role:", at: "{}/**", named_by: &[], fact: "agent", agent: "" },
    file(&["aider.conf.yml", "aider.conf.yaml"], "", "aider"),
    file(&["claude.json", "claude_desktop_config.json"], "", ""),
    file(&["settings.json", "settings.local.json"], "\"permissions\"", "claude-code"),
    file(&["settings.json", "settings.local.json"], "ANTHROPIC_", "claude-code"),
    file(&["settings.json", "settings.local.json"], "apiKeyHelper", "claude-code"),
    file(&["config.toml"], "model_provider", "codex"),
];

/// Files whose name tells the agent.
const AGENTS: &[(&str, &str)] = &[
    ("claude_desktop_config.json", "claude-desktop"),
    ("claude.json", "claude-code"),
    ("cline_mcp_settings.json", "cline"),
    ("mcp_settings.json", "roo"),
    ("mcp_config.json", "windsurf"),
    ("settings.local.json", "claude-code"),
    ("opencode.json", "opencode"),
];

/// The agent that keeps its settings under this name. `mcp.json` is anybody's: its folder tells, which `reconcile` knows; `.mcp.json` is a
/// project's, for whoever opens it.
pub(super) fn of_file(file: &FileName) -> Option<&'static [u8]> {
    AGENTS.iter().find(|(name, _)| file.is(name)).map(|(_, agent)| agent.as_bytes())
}
