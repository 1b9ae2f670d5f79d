//! Every way of writing an assignment, and everything that only looks like one.

use super::super::tests::finds;
use super::*;
use crate::scan::detect::credential::value::tests::{BASE62, made};

const ANCHORS: &[&str] = &["pass", "pwd", "token", "secret", "key", "auth", "cred", "identified by", "mysql", "docker login", "redis-cli", "ldapsearch"];

fn found(name: &str, text: &str) -> Vec<(String, String)> {
    finds(&NATIVE, ANCHORS, name, text).into_iter().map(|found| (found.select, text[found.secret].to_owned())).collect()
}

fn password() -> String {
    ["Gr4nite", "Falcon!"].concat()
}

fn token() -> String {
    made(21, 32, BASE62)
}

#[test]
fn passwords_are_found_however_they_are_assigned() {
    let p = password();
    let mut missed = Vec::new();
    for (name, text) in [
        (".env", format!("DB_PASSWORD={p}")),
        (".env", format!("export DB_PASSWORD='{p}'")),
        ("a.sh", format!("PGPASSWORD={p} psql -h db")),
        ("a.py", format!("password = \"{p}\"")),
        ("a.py", format!("PASSWORD: str = '{p}'")),
        ("a.py", format!("os.environ[\"DB_PASSWORD\"] = \"{p}\"")),
        ("a.py", format!("os.environ.setdefault(\"DB_PASSWORD\", \"{p}\")")),
        ("a.py", format!("os.getenv(\"DB_PASSWORD\", \"{p}\")")),
        ("a.py", format!("x = os.environ.get('DB_PASSWORD') or '{p}'")),
        ("a.py", format!("connect(host=\"h\", password=\"{p}\", port=1)")),
        ("a.py", format!("config = {{'password': '{p}'}}")),
        ("a.py", format!("def f(user, password='{p}'):")),
        ("a.py", format!("password = (\n    \"{p}\"\n)")),
        ("a.js", format!("process.env['DB_PASSWORD'] = '{p}';")),
        ("a.js", format!("const dbPassword = process.env.DB_PASSWORD || \"{p}\";")),
        ("a.ts", format!("private readonly password: string = '{p}';")),
        ("a.ts", format!("const c = {{ user: 'a', password: `{p}` }}")),
        ("a.rb", format!("config.password = '{p}'")),
        ("a.rb", format!(":password => '{p}',")),
        ("a.rb", format!("ENV.fetch('DB_PASSWORD') {{ '{p}' }}")),
        ("a.php", format!("$db_password = '{p}';")),
        ("a.php", format!("define('DB_PASSWORD', '{p}');")),
        ("a.php", format!("'password' => env('DB_PASSWORD', '{p}'),")),
        ("a.go", format!("password := \"{p}\"")),
        ("a.go", format!("const dbPassword string = \"{p}\"")),
        ("a.java", format!("private static final String PASSWORD = \"{p}\";")),
        ("a.java", format!("dataSource.setPassword(\"{p}\");")),
        ("a.java", format!("@Value(\"${{db.password:{p}}}\")")),
        ("a.kt", format!("val password: String = \"{p}\"")),
        ("a.rs", format!("const PASSWORD: &'static str = \"{p}\";")),
        ("a.rs", format!("let password = String::from(\"{p}\");")),
        ("a.cs", format!("var c = \"Server=db;Database=x;User Id=sa;Password={p};\";")),
        ("a.cs", format!("string password = @\"{p}\";")),
        ("a.c", format!("#define DB_PASSWORD \"{p}\"")),
        ("a.c", format!("char *password = \"{p}\";")),
        ("a.swift", format!("let password = \"{p}\"")),
        ("a.ps1", format!("$Password = ConvertTo-SecureString \"{p}\" -AsPlainText -Force")),
        ("a.ps1", format!("Connect -Password \"{p}\"")),
        ("a.sql", format!("CREATE USER app IDENTIFIED BY '{p}';")),
        ("a.sql", format!("ALTER ROLE app WITH PASSWORD '{p}';")),
        ("a.sql", format!("CREATE LOGIN x WITH PASSWORD = N'{p}'")),
        ("a.yaml", format!("password: {p}")),
        ("a.yaml", format!("  password: \"{p}\"  # prod")),
        ("a.yaml", format!("db: {{user: app, password: {p}}}")),
        ("a.yaml", format!("- name: DB_PASSWORD\n  value: \"{p}\"")),
        ("a.yaml", format!("- name: DB_PASSWORD\n  value: {p}\n")),
        ("a.yaml", format!("      - DB_PASSWORD={p}")),
        ("a.yaml", format!("DbPassword:\n  Type: String\n  Default: {p}\n")),
        ("a.yaml", format!("password: |-\n  {p}\n")),
        ("a.json", format!("{{\"password\": \"{p}\"}}")),
        ("a.json", format!("{{\"name\": \"DB_PASSWORD\", \"value\": \"{p}\"}}")),
        ("a.json", format!("{{\"cmd\": \"{{\\\"password\\\": \\\"{p}\\\"}}\"}}")),
        ("a.json", format!("\"args\": [\"--password\", \"{p}\"]")),
        ("a.ini", format!("[db]\npassword = {p}\n")),
        ("a.properties", format!("spring.datasource.password={p}")),
        ("a.toml", format!("password = \"{p}\"")),
        ("a.tf", format!("variable \"db_password\" {{\n  type = string\n  default = \"{p}\"\n}}")),
        ("a.tfvars", format!("db_password = \"{p}\"")),
        ("a.xml", format!("<add key=\"Password\" value=\"{p}\" />")),
        ("a.xml", format!("<password>{p}</password>")),
        ("a.xml", format!("<property name=\"password\" value=\"{p}\"/>")),
        ("a.xml", format!("<name>db.password</name>\n <value>{p}</value>")),
        ("a.xml", format!("<db password=\"{p}\"/>")),
        ("a.plist", format!("<key>password</key>\n<string>{p}</string>")),
        ("Dockerfile", format!("ENV DB_PASSWORD {p}")),
        ("Dockerfile", format!("ENV A=1 DB_PASSWORD={p}")),
        ("Dockerfile", format!("ARG DB_PASSWORD={p}")),
        ("a.sh", format!("tool --password {p} --user x")),
        ("a.sh", format!("tool --password={p}")),
        ("a.sh", format!("sshpass -p '{p}' ssh host")),
        ("a.sh", format!("mysql -u root -p{p} db")),
        ("a.sh", format!("docker login -u me -p {p} registry.company.io")),
        ("a.sh", format!("redis-cli -h x -a {p} ping")),
        ("a.bat", format!("set DB_PASSWORD={p}")),
        ("a.sh", format!("echo ${{DB_PASSWORD:-{p}}}")),
        ("a.ipynb", format!("\"password = \\\"{p}\\\"\\n\",")),
        ("README.md", format!("The password: `{p}`")),
        ("a.conf", format!("requirepass {p}")),
        ("a.ex", format!("config :app, password: \"{p}\"")),
        ("a.scala", format!("val password = \"{p}\"")),
        ("a.pl", format!("my $password = '{p}';")),
        ("a.lua", format!("local password = \"{p}\"")),
        ("a.groovy", format!("password '{p}'")),
        ("a.gradle", format!("storePassword \"{p}\"")),
        ("a.clj", format!("{{:password \"{p}\"}}")),
        ("a.properties", format!("db.pwd: {p}")),
        ("a.http", format!("POST /login\n\nusername=me&password={p}")),
        ("a.py", format!("if password == \"{p}\":")),
        ("a.html", format!("<input name=\"password\" value=\"{p}\">")),
        ("a.vb", format!("Dim password As String = \"{p}\"")),
        ("a.j2", format!("password={{{{ db_password | default('{p}') }}}}")),
        ("a.yml", format!("password: \"{{{{ lookup('env', 'PW') | default('{p}', true) }}}}\"")),
        ("a.yaml", format!("password: {{{{ .Values.password | default \"{p}\" }}}}")),
        ("a.yaml", format!("password: {{{{ default \"{p}\" .Values.password }}}}")),
    ] {
        let got = found(name, &text);
        if got != [("password".to_owned(), p.clone())] {
            missed.push(format!("{name}: {text} → {got:?}"));
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn pieces_are_judged_and_known_together() {
    let (first, second) = (&token()[..16], &token()[16..]);
    for (name, text) in [
        ("a.py", format!("token = \"{first}\" + \"{second}\"")),
        ("a.py", format!("token = (\"{first}\"\n         '{second}')")),
        ("a.sh", format!("TOKEN=\"{first}\\\n{second}\"")),
        ("a.php", format!("$token = '{first}' . '{second}';")),
    ] {
        let finds = finds(&NATIVE, ANCHORS, name, &text);
        assert_eq!(finds.iter().filter_map(|found| found.joined.clone()).collect::<Vec<_>>(), [token().into_bytes()], "{text}");
        assert!(text[finds[0].secret.clone()].starts_with(first) && text[finds[0].secret.clone()].ends_with(second), "{text}");
    }
    for text in [format!("token = \"{}\" + suffix", token()), format!("token = f\"{first}\" + str({second})")] {
        assert_eq!(found("a.py", &text), [], "{text}");
    }
}

#[test]
fn tokens_are_found_under_their_names() {
    let t = token();
    for (name, text, select) in [
        ("a.py", format!("API_KEY = \"{t}\""), "api-key"),
        ("a.py", format!("client = Client(api_key=\"{t}\")"), "api-key"),
        ("a.sh", format!("export MISTRAL_KEY={t}"), "api-key"),
        ("a.sh", format!("run --api-key {t}"), "api-key"),
        ("a.json", format!("\"args\": [\"--api-key\", \"{t}\"]"), "api-key"),
        ("a.txt", format!("X-Api-Key: {t}"), "api-key"),
        ("a.js", format!("headers: {{ 'x-api-key': '{t}' }}"), "api-key"),
        ("a.js", format!("fetch(`https://x/v1?api_key={t}&q=1`)"), "api-key"),
        ("a.yaml", format!("access_token: {t}"), "token"),
        ("a.yaml", format!("clientSecret: '{t}'"), "secret"),
        ("a.py", format!("SECRET_KEY = '{t}'"), "secret"),
        ("a.config", format!("AccountName=x;AccountKey={t};EndpointSuffix=y"), "api-key"),
        ("a.json", format!("\"privateKey\": \"{t}\""), "private-key-value"),
        ("a.kt", format!("val authToken = \"{t}\""), "token"),
    ] {
        assert_eq!(found(name, &text), [(select.to_owned(), t.clone())], "{name}: {text}");
    }
}

#[test]
fn what_only_looks_like_an_assignment_stays_quiet() {
    let hash = made(4, 53, BASE62);
    let uuid = [8, 4, 4, 4, 12].map(|length| made(length as u64, length, b"0123456789abcdef")).join("-");
    let bad_check = format!("ghp_{}", made(9, 36, BASE62));
    let mut wrong = Vec::new();
    for (name, text) in [
        ("a.py", "password = os.environ[\"DB_PASSWORD\"]".to_owned()),
        ("a.py", "password = getpass.getpass(\"Password: \")".to_owned()),
        ("a.py", "password = request.form['password']".to_owned()),
        ("a.py", "token = self.token_provider.get_token(scope)".to_owned()),
        ("a.py", "tokenizer = AutoTokenizer.from_pretrained(\"bert-base-uncased\")".to_owned()),
        ("a.py", "pad_token = \"<pad>\"".to_owned()),
        ("a.py", "os.getenv(\"API_KEY\", \"\")".to_owned()),
        ("a.py", "raise ValueError(\"password must be at least 8 characters\")".to_owned()),
        ("a.py", "parser.add_argument(\"--password\", help=\"Password for the database\")".to_owned()),
        ("a.py", "fields = (\"username\", \"password\", \"email_address1\")".to_owned()),
        ("a.py", "if password == \"\":".to_owned()),
        ("a.py", format!("hashed = password = \"$2b$12${hash}\"")),
        ("a.py", format!("secret = \"{uuid}\"")),
        ("a.py", format!("token = \"{bad_check}\"")),
        ("a.py", "SECRET_KEY = \"change-me-in-production\"".to_owned()),
        ("a.js", "password: this.state.password,".to_owned()),
        ("a.js", "const token = localStorage.getItem('accessToken');".to_owned()),
        ("a.js", "key: 'user-profile-settings'".to_owned()),
        ("a.js", "{ key: 'Enter', code: 13 }".to_owned()),
        ("a.js", "apiKey: process.env.API_KEY".to_owned()),
        ("a.js", "placeholder=\"Password\" type=\"password\"".to_owned()),
        ("a.js", "password: Yup.string().required('Password is required')".to_owned()),
        ("a.ts", "password: string;".to_owned()),
        ("a.ts", "resetPassword(token: string, newPassword: string)".to_owned()),
        ("a.java", "private String password;".to_owned()),
        ("a.java", "setPassword(encoder.encode(\"x\"))".to_owned()),
        ("a.go", "Password string `json:\"password\"`".to_owned()),
        ("a.yaml", "password: ${DB_PASSWORD}".to_owned()),
        ("a.yaml", "password: {{ .Values.password }}".to_owned()),
        ("a.yaml", "password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162".to_owned()),
        ("a.yaml", "secretKeyRef:\n  name: db-credentials\n  key: password".to_owned()),
        ("a.yaml", "secretName: app-tls-certificate".to_owned()),
        ("a.yaml", "password: ENC[AES256_GCM,data:abc,iv:def,tag:ghi]".to_owned()),
        ("a.yaml", "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: x".to_owned()),
        ("a.tf", "password = var.db_password".to_owned()),
        ("a.tf", "password = random_password.db.result".to_owned()),
        ("a.sh", "PASSWORD=$(vault read -field=value secret/db)".to_owned()),
        ("a.sh", "PASSWORD=\"$1\"".to_owned()),
        ("a.sh", "read -s -p 'Password: ' PASSWORD".to_owned()),
        ("a.sh", "mysql -u root -p db".to_owned()),
        ("a.sh", "PWD=/home/user/project1".to_owned()),
        (".env.example", "API_KEY=your-api-key-here".to_owned()),
        (".env", "TOKEN=xxxxxxxxxxxxxxxxxxxx".to_owned()),
        ("de.json", ["\"password\": \"Kenn", "wort77\""].concat()),
        ("en.yml", "forgot_password: \"Forgot password?\"".to_owned()),
        ("package-lock.json", format!("\"secret\": \"{}\"", made(3, 44, BASE62))),
        ("README.md", "The password is stored in the vault.".to_owned()),
        ("README.md", "Set `API_KEY` to your key. Token: see docs/auth2.md".to_owned()),
        ("a.sql", "password VARCHAR(255) NOT NULL".to_owned()),
        ("a.xml", "<password>${db.password}</password>".to_owned()),
        ("a.xml", "<password type=\"secret\"/>".to_owned()),
        ("a.c", "static const char *keyword = \"continue2\";".to_owned()),
        ("a.rs", "let key = format!(\"user:{}\", id);".to_owned()),
        ("a.py", "cache_key = f\"user_{user_id}_profile1\"".to_owned()),
        ("a.py", format!("public_key = \"{}\"", made(5, 44, BASE62))),
        ("a.py", "auth = HTTPBasicAuth(user, password)".to_owned()),
        ("a.py", "assert password != \"other\"".to_owned()),
        ("a.html", "<label for=\"password\">Password</label>".to_owned()),
        ("a.css", ".password-field2 { color: red1; }".to_owned()),
    ] {
        let got = found(name, &text);
        if !got.is_empty() {
            wrong.push(format!("{name}: {text} → {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// ≤ 70 ns an anchor on the machine of the engine's figures; the bound here is for debug builds and busy machines.
#[test]
fn an_anchor_is_refused_quickly() {
    let line = "fn tokenize(keys: &Keys, passed: usize, authors: &[Author]) -> Token { self.secretary.keyboard(monkey) }\n";
    let text = line.repeat(1000);
    let start = std::time::Instant::now();
    assert!(found("a.rs", &text).is_empty());
    assert!(start.elapsed() < std::time::Duration::from_secs(2), "{:?}", start.elapsed());
}
