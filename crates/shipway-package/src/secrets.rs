//! Tells private keys and files of credentials from other files. Says what kind it found and never what it read.
//!
//! A text that only *names* a key's header (a parser's constant) is none: a body has to follow.

use std::fmt;

use memchr::memmem;

/// Files above this are not looked at: keys and credentials are small.
pub(crate) const SCAN_LIMIT: u64 = 1_048_576;

/// Counts up whenever [`find`] says something else of the same file than before: its answers are remembered.
pub(crate) const SECRET_RULES: u32 = 1;

/// The shortest run of base64 that is taken for the body of a key. An Ed25519 key has one line of 64.
const SHORTEST_BODY: usize = 40;

/// What kind of secret a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SecretKind {
    /// PEM (PKCS#1, PKCS#8, EC, OpenSSH, PGP; encrypted or not) or PuTTY.
    PrivateKey,
    GoogleServiceAccount,
    AwsCredentials,
    /// Of npm, yarn or a Python package index.
    RegistryToken,
    /// A `.env` with values, other than an example of one. Folders leave it out anyway; a zip may hold one.
    EnvironmentFile,
    /// Names and passwords for servers: `.netrc`, `.git-credentials`, `.pgpass`, Docker's `config.json`.
    Logins,
}

impl SecretKind {
    const ALL: [Self; 6] = [
        Self::PrivateKey,
        Self::GoogleServiceAccount,
        Self::AwsCredentials,
        Self::RegistryToken,
        Self::EnvironmentFile,
        Self::Logins,
    ];

    /// How a memory spells it: never 0.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::PrivateKey => 1,
            Self::GoogleServiceAccount => 2,
            Self::AwsCredentials => 3,
            Self::RegistryToken => 4,
            Self::EnvironmentFile => 5,
            Self::Logins => 6,
        }
    }

    pub(crate) fn of_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

impl fmt::Display for SecretKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::PrivateKey => "a private key",
            Self::GoogleServiceAccount => "the key of a Google service account",
            Self::AwsCredentials => "AWS credentials",
            Self::RegistryToken => "a package registry's token",
            Self::EnvironmentFile => "the values of environment variables",
            Self::Logins => "logins",
        })
    }
}

/// The first kind of secret that a file holds, if any.
pub(crate) fn find(path: &str, content: &[u8]) -> Option<SecretKind> {
    if content.len() as u64 > SCAN_LIMIT {
        return None;
    }
    find_credentials(path, content).or_else(|| holds_private_key(content).then_some(SecretKind::PrivateKey))
}

fn find_credentials(path: &str, content: &[u8]) -> Option<SecretKind> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.rsplit('/').next().unwrap_or(folder);
    let holds = |text: &str| memmem::find(content, text.as_bytes()).is_some();
    let kind = match (folder, name) {
        (".aws", _) | (_, "credentials") if has_value(content, "aws_secret_access_key") => SecretKind::AwsCredentials,
        (_, ".npmrc" | ".yarnrc") if ["_authToken", "_auth", "_password"].iter().any(|key| has_value(content, key)) => {
            SecretKind::RegistryToken
        }
        (_, ".yarnrc.yml") if has_value(content, "npmAuthToken") => SecretKind::RegistryToken,
        (_, ".pypirc") if has_value(content, "password") => SecretKind::RegistryToken,
        (_, name) if is_environment_file(name) && sets_a_variable(content) => SecretKind::EnvironmentFile,
        (_, ".netrc" | "_netrc") if holds("password") => SecretKind::Logins,
        (_, ".git-credentials") if holds("://") && holds("@") => SecretKind::Logins,
        (_, ".pgpass") if holds(":") => SecretKind::Logins,
        (".docker", "config.json") if holds("\"auth\"") => SecretKind::Logins,
        _ if name.ends_with(".json") && holds("\"service_account\"") && holds_private_key(content) => {
            SecretKind::GoogleServiceAccount
        }
        _ => return None,
    };
    Some(kind)
}

/// Whether a line sets `key` to something, other than to a variable's value (`${NPM_TOKEN}`).
fn has_value(content: &[u8], key: &str) -> bool {
    let text = String::from_utf8_lossy(content);
    text.lines().filter(|line| !line.trim_start().starts_with(['#', ';'])).any(|line| {
        let Some((before, after)) = line.split_once(key) else {
            return false;
        };
        let ends_a_word = before.is_empty() || before.ends_with([' ', '\t', ':', '"', '\'']);
        let value =
            after.trim_start_matches(['"', '\'']).trim_start().strip_prefix(['=', ':']).unwrap_or_default().trim();
        ends_a_word && !value.is_empty() && !value.starts_with("${")
    })
}

fn is_environment_file(name: &str) -> bool {
    const TEMPLATES: [&str; 5] = ["example", "sample", "template", "dist", "defaults"];
    let variant =
        name.strip_prefix(".env").and_then(|rest| if rest.is_empty() { Some("") } else { rest.strip_prefix('.') });
    variant.is_some_and(|variant| !variant.split('.').any(|part| TEMPLATES.contains(&part)))
}

fn sets_a_variable(content: &[u8]) -> bool {
    let text = String::from_utf8_lossy(content);
    let mut lines = text.lines().map(str::trim_start).filter(|line| !line.starts_with('#'));
    lines.any(|line| line.split_once('=').is_some_and(|(name, value)| !name.is_empty() && !value.trim().is_empty()))
}

fn holds_private_key(content: &[u8]) -> bool {
    if content.starts_with(b"PuTTY-User-Key-File-") {
        return true;
    }
    memmem::find_iter(content, b"-----BEGIN ").any(|at| starts_private_key(&content[at + 11..]))
}

/// Whether what follows `-----BEGIN ` is a private key's label, its dashes and the beginning of a body.
fn starts_private_key(rest: &[u8]) -> bool {
    let Some(dashes) = memmem::find(&rest[..rest.len().min(64)], b"-----") else {
        return false;
    };
    let label = &rest[..dashes];
    (label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK")) && has_body(&rest[dashes + 5..])
}

/// Looks for a run of base64 on one of the first lines. Lines may be real ones, or written with `\n` within a string.
fn has_body(rest: &[u8]) -> bool {
    let beginning = &rest[..rest.len().min(1024)];
    let end = memmem::find(beginning, b"-----").unwrap_or(beginning.len());
    let text = String::from_utf8_lossy(&beginning[..end]).replace("\\r", "\n").replace("\\n", "\n");
    text.lines()
        .take(12)
        .any(|line| line.split(|character: char| !is_base64(character)).any(|run| run.len() >= SHORTEST_BODY))
}

fn is_base64(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(label: &str) -> String {
        let body = "A".repeat(64);
        format!("-----BEGIN {label}-----\n{body}\n{body}\n-----END {label}-----\n")
    }

    #[track_caller]
    fn check(path: &str, content: &str, expected: Option<SecretKind>) {
        assert_eq!(find(path, content.as_bytes()), expected, "{path}");
    }

    #[test]
    fn private_keys_of_every_kind() {
        let labels =
            ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"];
        for label in labels {
            check("id_rsa", &pem(label), Some(SecretKind::PrivateKey));
            check("deep/in/app.py", &format!("KEY = '''{}'''", pem(label)), Some(SecretKind::PrivateKey));
        }
        let body = "A".repeat(64);
        let pgp = format!("-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n{body}\n-----END");
        check("key.asc", &pgp, Some(SecretKind::PrivateKey));
        let old =
            format!("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,AB\n\n{body}\n");
        check("old.pem", &old, Some(SecretKind::PrivateKey));
        check("key.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\n", Some(SecretKind::PrivateKey));
        let quoted = format!("x = \"-----BEGIN PRIVATE KEY-----\\n{body}\\n-----END PRIVATE KEY-----\"");
        check("settings.py", &quoted, Some(SecretKind::PrivateKey));
    }

    #[test]
    fn what_is_no_private_key() {
        check("cert.pem", &pem("CERTIFICATE"), None);
        check("public.pem", &pem("PUBLIC KEY"), None);
        check("parser.py", "if text.startswith('-----BEGIN PRIVATE KEY-----'):\n    return load(text)\n", None);
        check("parser.js", "const a = '-----BEGIN PRIVATE KEY-----', b = '-----END PRIVATE KEY-----';", None);
        check("cut.pem", "-----BEGIN PRIVATE KEY-----", None);
        check("cut.pem", "-----BEGIN ", None);
    }

    #[test]
    fn credential_files() {
        check("credentials", "[default]\naws_secret_access_key = abc\n", Some(SecretKind::AwsCredentials));
        check("x/.aws/config", "[default]\naws_secret_access_key=abc\n", Some(SecretKind::AwsCredentials));
        check(".npmrc", "//registry.npmjs.org/:_authToken=abc", Some(SecretKind::RegistryToken));
        check(".yarnrc.yml", "npmAuthToken: \"abc\"", Some(SecretKind::RegistryToken));
        check(".pypirc", "[pypi]\npassword: abc", Some(SecretKind::RegistryToken));
        check(".netrc", "machine a login b password c", Some(SecretKind::Logins));
        check("api/.env", "# settings\nTOKEN=abc\n", Some(SecretKind::EnvironmentFile));
        check(".env.production", "export TOKEN=abc", Some(SecretKind::EnvironmentFile));
        check(".git-credentials", "https://a:b@example.com", Some(SecretKind::Logins));
        let key = pem("PRIVATE KEY").replace('\n', "\\n");
        let google = format!("{{\"type\": \"service_account\", \"private_key\": \"{key}\"}}");
        check("credentials.json", &google, Some(SecretKind::GoogleServiceAccount));
    }

    #[test]
    fn what_holds_no_credentials() {
        check("app.py", "aws_secret_access_key = os.environ['X']", None);
        check(".npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}", None);
        check(".npmrc", "save-exact=true\n# _authToken=abc", None);
        check(".env", "# TOKEN=abc\nTOKEN=\n", None);
        check(".env.example", "TOKEN=abc", None);
        check(".envrc", "use flake", None);
        check("credentials", "nothing here", None);
        check("credentials.json", "{\"type\": \"service_account\"}", None);
    }

    #[test]
    fn large_files_are_not_looked_at() {
        let large = format!("{}{}", pem("PRIVATE KEY"), " ".repeat(1_048_577));
        check("large.pem", &large, None);
    }
}
