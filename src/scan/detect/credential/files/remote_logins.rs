//! Clients that log in to other machines and copy files: FileZilla, WinSCP, the sftp of editors.

use super::judge::Kind::{Encoded, Hexadecimal, Password};
use super::{Form, NONE, Reader, field};

const LOGIN: &str = "remote-login";
const SERVER: &[(&str, &str)] = &[("host", "host"), ("user", "user")];
const HOST: &[(&str, &str)] = &[("host", "host"), ("user", "username")];

pub(super) const READERS: &[Reader] = &[
    Reader {
        files: &["sitemanager.xml", "recentservers.xml", "filezilla.xml"],
        anchors: &["<FileZilla3"],
        form: Form::Xml,
        fields: &[field("**/Server/Pass", LOGIN, Encoded, SERVER), field("**/LastServer/Pass", LOGIN, Encoded, SERVER)],
        ..NONE
    },
    Reader {
        files: &["winscp.ini"],
        fields: &[field("{}/Password", LOGIN, Hexadecimal, &[("host", "HostName"), ("user", "UserName"), ("session", "{}")])],
        ..NONE
    },
    Reader {
        files: &[
            "sftp.json",
            "sftp-config.json",
            "sftp-config-alt.json",
            "remote-sync.json",
            "ftpconfig",
            "ftpsync.json",
            "ftp-sync.json",
            "ftp-kr.json",
            "deploy.json",
            "remote-ssh.json",
        ],
        marks: &["\"host\""],
        form: Form::Json,
        fields: &[field("**/password", LOGIN, Password, HOST), field("**/pass", LOGIN, Password, SERVER), field("**/passphrase", LOGIN, Password, HOST)],
        ..NONE
    },
];
