//! What clients of APIs export and keep: Postman, Insomnia, HTTPie.

use super::judge::Kind::{Password, Random, Token};
use super::{Field, Form, NONE, Reader, field};

const CLIENT: &str = "api-client";

const fn keyed(at: &'static str, key: &'static str, kind: super::Kind) -> Field {
    Field { when: Some(("key", key)), ..field(at, CLIENT, kind, &[]) }
}

pub(super) const READERS: &[Reader] = &[
    Reader {
        anchors: &["_postman_id", "_postman_variable_scope"],
        form: Form::Json,
        fields: &[
            Field { when: Some(("type", "secret")), ..field("values/#/value", CLIENT, Token, &[("name", "key")]) },
            field("values/#/value", CLIENT, Random, &[("name", "key")]),
            field("variable/#/value", CLIENT, Random, &[("name", "key")]),
            keyed("**/auth/basic/#/value", "password", Password),
            keyed("**/auth/bearer/#/value", "token", Token),
            keyed("**/auth/apikey/#/value", "value", Token),
            keyed("**/auth/oauth2/#/value", "clientSecret", Token),
            keyed("**/auth/oauth2/#/value", "accessToken", Token),
        ],
        ..NONE
    },
    Reader {
        anchors: &["__export_format"],
        form: Form::Json,
        fields: &[
            field("resources/#/authentication/password", CLIENT, Password, &[("user", "username")]),
            field("resources/#/authentication/token", CLIENT, Token, &[]),
            field("resources/#/authentication/clientSecret", CLIENT, Token, &[("client", "clientId")]),
            field("resources/#/data/**", CLIENT, Random, &[]),
        ],
        ..NONE
    },
    Reader {
        anchors: &["\"httpie\""],
        form: Form::Json,
        fields: &[
            field("auth/password", CLIENT, Password, &[("user", "username")]),
            field("auth/raw_auth", CLIENT, super::Kind::Pair, &[]),
            field("cookies/**/value", CLIENT, Random, &[]),
        ],
        ..NONE
    },
];
