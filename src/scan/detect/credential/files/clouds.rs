//! What the command lines of clouds and of object stores keep.

use super::judge::Kind::{Obscured, Password, Token};
use super::{Form, NONE, Reader, field};

const STORAGE: &str = "storage-key";
const LOGIN: &str = "cloud-login";
const PROFILE: &[(&str, &str)] = &[("profile", "{}")];
const REMOTE: &[(&str, &str)] = &[("remote", "{}"), ("host", "host"), ("user", "user")];

pub(super) const READERS: &[Reader] = &[
    Reader {
        files: &["credentials", "config"],
        marks: &["aws_access_key_id", "aws_secret_access_key"],
        fields: &[
            field("{}/aws_secret_access_key", STORAGE, Token, PROFILE),
            field("{}/aws_session_token", STORAGE, Token, PROFILE),
            field("{}/aws_access_key_id", STORAGE, Token, PROFILE),
        ],
        ..NONE
    },
    Reader {
        files: &["s3cfg", "boto", "passwd-s3fs"],
        marks: &["secret"],
        fields: &[
            field("*/secret_key", STORAGE, Token, &[("host", "host_base"), ("key-id", "access_key")]),
            field("*/aws_secret_access_key", STORAGE, Token, &[("key-id", "aws_access_key_id")]),
            field("*/gs_secret_access_key", STORAGE, Token, &[("key-id", "gs_access_key_id")]),
            field("*/gs_oauth2_refresh_token", LOGIN, Token, &[]),
            field("*/gpg_passphrase", STORAGE, Password, &[]),
        ],
        ..NONE
    },
    Reader {
        files: &["config"],
        marks: &["['remote \"", "[remote \""],
        fields: &[
            field("{}/password", STORAGE, Password, &[("remote", "{}"), ("user", "user"), ("host", "url")]),
            field("{}/secret_access_key", STORAGE, Token, &[("remote", "{}")]),
            field("{}/account_key", STORAGE, Token, &[("remote", "{}")]),
            field("{}/sas_token", STORAGE, Token, &[("remote", "{}")]),
            field("{}/*client_secret", STORAGE, Token, &[("remote", "{}")]),
        ],
        ..NONE
    },
    Reader {
        files: &["rclone.conf"],
        fields: &[
            field("{}/pass", "rclone", Obscured, REMOTE),
            field("{}/password*", "rclone", Obscured, REMOTE),
            field("{}/secret_access_key", STORAGE, Token, REMOTE),
            field("{}/client_secret", STORAGE, Token, REMOTE),
            field("{}/key", STORAGE, Token, REMOTE),
            field("{}/bearer_token", STORAGE, Token, REMOTE),
        ],
        ..NONE
    },
    Reader {
        anchors: &["\"authorized_user\""],
        form: Form::Json,
        fields: &[
            field("**/refresh_token", LOGIN, Token, &[("account", "account"), ("client", "client_id"), ("project", "quota_project_id")]),
            field("**/client_secret", LOGIN, Token, &[("client", "client_id")]),
        ],
        ..NONE
    },
    Reader {
        files: &["accesstokens.json", "msal_token_cache.json", "service_principal_entries.json"],
        form: Form::Json,
        fields: &[
            field("#/refreshToken", LOGIN, Token, &[("account", "userId"), ("tenant", "_authority")]),
            field("#/accessToken", LOGIN, Token, &[("account", "userId"), ("tenant", "_authority")]),
            field("RefreshToken/*/secret", LOGIN, Token, &[("account", "home_account_id"), ("client", "client_id")]),
            field("AccessToken/*/secret", LOGIN, Token, &[("account", "home_account_id"), ("client", "client_id")]),
            field("#/client_secret", LOGIN, Token, &[("client", "client_id"), ("tenant", "tenant")]),
        ],
        ..NONE
    },
    Reader {
        anchors: &["activeDirectoryEndpointUrl"],
        form: Form::Json,
        fields: &[field("**/clientSecret", LOGIN, Token, &[("client", "clientId"), ("tenant", "tenantId"), ("subscription", "subscriptionId")])],
        ..NONE
    },
    Reader {
        files: &["config"],
        marks: &["key_file"],
        fields: &[field("{}/pass_phrase", "oci-passphrase", Password, &[("profile", "{}"), ("account", "user"), ("key-file", "key_file")])],
        ..NONE
    },
    Reader {
        anchors: &["\"terraform_version\""],
        form: Form::Json,
        fields: &[
            super::Field { when: Some(("sensitive", "true")), ..field("outputs/{}/value", "terraform-output", Password, &[("output", "{}")]) },
            super::Field { when: Some(("bcrypt_hash", "*")), ..field("resources/#/instances/#/attributes/result", "terraform-output", Password, &[]) },
            field("resources/#/instances/#/attributes/*password", "terraform-output", Password, &[("user", "username")]),
        ],
        ..NONE
    },
];
