//! Settings of agents, of the MCP servers that they start, and of proxies to models.

use super::judge::Kind::{Argument, Password, Random, Token};
use super::{Field, Form, NONE, Reader, field};

const SERVER: &str = "mcp-server";
const AGENT: &str = "agent";

/// What a server is given; who it is, is told by `users`.
const SERVERS: &[Field] = &[
    field("**/mcpServers/*/env/*", SERVER, Random, &[]),
    field("**/mcpServers/*/headers/*", SERVER, Argument, &[]),
    field("**/mcpServers/*/args/#", SERVER, Argument, &[]),
    field("**/mcpServers/#/env/*", SERVER, Random, &[]),
    field("**/mcp_servers/*/env/*", SERVER, Random, &[]),
    field("**/mcp_servers/*/http_headers/*", SERVER, Argument, &[]),
    field("**/mcp_servers/*/args/#", SERVER, Argument, &[]),
    field("**/servers/*/env/*", SERVER, Random, &[]),
    field("**/servers/*/headers/*", SERVER, Argument, &[]),
    field("**/servers/*/args/#", SERVER, Argument, &[]),
    field("mcp.servers/*/env/*", SERVER, Random, &[]),
    field("context_servers/**/env/*", SERVER, Random, &[]),
    field("mcp/*/environment/*", SERVER, Random, &[]),
    field("mcp/*/headers/*", SERVER, Argument, &[]),
    field("extensions/*/envs/*", SERVER, Random, &[]),
    field("models/#/apiKey", AGENT, Token, &[]),
    field("provider/*/options/apiKey", AGENT, Token, &[]),
];

const PROXY: &[Field] = &[
    field("model_list/#/litellm_params/*api_key", AGENT, Token, &[]),
    field("model_list/#/litellm_params/*secret*", AGENT, Token, &[]),
    field("model_list/#/litellm_params/*token", AGENT, Token, &[]),
    field("general_settings/master_key", AGENT, Password, &[]),
    field("general_settings/*_key", AGENT, Token, &[]),
    field("general_settings/*password", AGENT, Password, &[]),
    field("litellm_settings/cache_params/password", AGENT, Password, &[("host", "host")]),
    field("router_settings/*password", AGENT, Password, &[("host", "redis_host")]),
    field("environment_variables/*", AGENT, Random, &[]),
];

pub(super) const READERS: &[Reader] = &[
    Reader {
        anchors: &["\"mcpServers\"", "\"context_servers\""],
        files: &["mcp.json", "opencode.json", "opencode.jsonc"],
        form: Form::Json,
        fields: SERVERS,
        ..NONE
    },
    Reader { files: &["settings.json"], marks: &["\"mcp\"", "\"mcp.servers\""], form: Form::Json, fields: SERVERS, ..NONE },
    Reader { files: &["config.json"], marks: &["\"apiKey\""], form: Form::Json, fields: SERVERS, ..NONE },
    Reader { files: &["config.yaml", "config.yml"], marks: &["mcpServers", "apiKey", "envs:"], form: Form::Yaml, fields: SERVERS, ..NONE },
    Reader { anchors: &["[mcp_servers"], form: Form::Toml, fields: SERVERS, ..NONE },
    Reader {
        anchors: &["[model_providers"],
        form: Form::Toml,
        fields: &[field("model_providers/*/http_headers/*", AGENT, Argument, &[]), field("model_providers/*/api_key", AGENT, Token, &[])],
        ..NONE
    },
    Reader { anchors: &["litellm_params"], form: Form::Yaml, fields: PROXY, ..NONE },
    Reader {
        files: &["oai_config_list", "oai_config_list.json"],
        form: Form::Json,
        fields: &[field("#/api_key", AGENT, Token, &[("host", "base_url")])],
        ..NONE
    },
    Reader { files: &["aider.conf.yml"], form: Form::Yaml, fields: &[field("*-api-key", AGENT, Token, &[]), field("api-key/#", AGENT, Argument, &[])], ..NONE },
    Reader {
        anchors: &["\"load_from_db\""],
        form: Form::Json,
        fields: &[Field { when: Some(("password", "true")), ..field("**/template/{}/value", AGENT, Token, &[("component", "{}")]) }],
        ..NONE
    },
];
