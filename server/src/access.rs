//! Access tokens: who may use the server at all.

use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};
use subtle::ConstantTimeEq as _;

/// The length of a token that the server makes: 32 characters of base 32 hold 160 bits.
const MADE_LENGTH: usize = 32;

/// A secret that lets its holder in: 1 to 256 of the characters `A-Z a-z 0-9 - . _ ~`, which need no escape in a URL.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Whose sessions these are: the place of the token in the server's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Principal(usize);

impl Principal {
    /// The same, as the sessions' directory has it.
    pub(crate) fn number(self) -> u64 {
        self.0 as u64
    }
}

/// Why there is no token.
#[derive(Debug)]
#[non_exhaustive]
pub enum AccessError {
    /// A token is not 1 to 256 of the characters `A-Z a-z 0-9 - . _ ~`.
    Token,
    /// There is neither `$XDG_STATE_HOME` nor `$HOME` to keep a token under.
    NoHome,
    /// The token's file cannot be read or made.
    File(PathBuf, io::Error),
    /// The token's file holds no valid token.
    Content(PathBuf),
    /// The system gave no random bytes.
    Random(getrandom::Error),
}

impl Token {
    /// Takes a token.
    ///
    /// # Errors
    /// [`AccessError::Token`], if it is empty, too long or has other characters.
    pub fn new(text: &str) -> Result<Self, AccessError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        if matches!(text.len(), 1..=256) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AccessError::Token)
        }
    }

    /// Makes a random token.
    ///
    /// # Errors
    /// [`AccessError::Random`], if the system gives no random bytes.
    pub fn random() -> Result<Self, AccessError> {
        let mut bytes = [0_u8; MADE_LENGTH];
        getrandom::fill(&mut bytes).map_err(AccessError::Random)?;
        let letter = |b: &u8| match b & 31 {
            digit @ 0..8 => char::from(b'2' + digit),
            letter => char::from(b'a' + letter - 8),
        };
        Ok(Self(bytes.iter().map(letter).collect()))
    }

    /// Reads the token kept in `path`; makes the file, for its owner alone, if there is none.
    ///
    /// # Errors
    /// [`AccessError`], if the file cannot be read or made, or holds something else.
    pub fn kept_in(path: &Path) -> Result<Self, AccessError> {
        let failed = |error| AccessError::File(path.to_owned(), error);
        match fs::read_to_string(path) {
            Ok(text) => {
                if fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o077 != 0) {
                    tracing::warn!(path = %path.display(), "others than its owner can read the access token's file");
                }
                Self::new(text.trim()).map_err(|_| AccessError::Content(path.to_owned()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let token = Self::random()?;
                match keep(path, token.as_str()) {
                    // Another server was faster: its token counts.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::kept_in(path),
                    made => made.map(|()| token).map_err(failed),
                }
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// The file that keeps the token unless told otherwise: `relatch/access` under `$XDG_STATE_HOME` or `~/.local/state`.
    ///
    /// # Errors
    /// [`AccessError::NoHome`], if neither that variable nor `$HOME` is set.
    pub fn default_file() -> Result<PathBuf, AccessError> {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")));
        Ok(state.ok_or(AccessError::NoHome)?.join("relatch/access"))
    }

    /// The token's text. It is a secret: print it to its owner alone.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Finds whose token this is. The time it takes depends on the lengths alone.
pub(crate) fn principal(tokens: &[Token], offered: &str) -> Option<Principal> {
    let mut found = None;
    for (place, token) in tokens.iter().enumerate() {
        if bool::from(token.0.as_bytes().ct_eq(offered.as_bytes())) {
            found = Some(Principal(place));
        }
    }
    found
}

/// Writes the file under another name first, so that nobody reads half a token.
fn keep(path: &Path, token: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let _ = fs::remove_file(&draft);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    let written = writeln!(file, "{token}").and_then(|()| file.sync_all());
    // Unlike a rename, a link does not replace what is there.
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    linked
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str("an access token is 1 to 256 of the characters A-Z a-z 0-9 - . _ ~"),
            Self::NoHome => f.write_str("no place to keep the access token: set HOME, or give --access-file"),
            Self::File(path, error) => write!(f, "the access token's file {}: {error}", path.display()),
            Self::Content(path) => write!(
                f,
                "the access token's file {} holds no token (1 to 256 of the characters A-Z a-z 0-9 - . _ ~)",
                path.display()
            ),
            Self::Random(error) => write!(f, "no random bytes for an access token: {error}"),
        }
    }
}

impl std::error::Error for AccessError {}
