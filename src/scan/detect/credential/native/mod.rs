//! Parsers for credentials that no pattern describes: assignments, addresses with a password, key blocks, headers, files of credentials.
