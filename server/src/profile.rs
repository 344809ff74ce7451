//! What runs in a session, chosen by the page's `kind`.

use std::collections::BTreeMap;
use std::fmt;

/// The kind that a page gets if it asks for none.
pub const DEFAULT_KIND: &str = "system";

/// What a session runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// Every byte comes back as it is; nothing is run.
    Echo,
    /// The user's shell: `$SHELL`, or `/bin/sh` if that is not set.
    Shell,
    /// This command line, given to `/bin/sh -c`.
    Command(String),
}

/// The profiles by name. There is always a `system`; by default it is [`Profile::Echo`].
#[derive(Clone, Debug)]
pub struct Profiles(BTreeMap<String, Profile>);

/// Why a profile was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileError {
    /// Not of the form `NAME=COMMAND`.
    Form,
    /// The name is not 1 to 64 of the characters `A-Z a-z 0-9 _ -`.
    Name,
    /// The command is empty or holds a NUL.
    Command,
}

impl Profiles {
    /// Sets what runs under `name`, in place of what did.
    ///
    /// # Errors
    /// [`ProfileError`], if the name or a command breaks its rule.
    pub fn set(&mut self, name: &str, profile: Profile) -> Result<(), ProfileError> {
        if !is_kind(name) {
            return Err(ProfileError::Name);
        }
        if matches!(&profile, Profile::Command(line) if line.trim().is_empty() || line.contains('\0')) {
            return Err(ProfileError::Command);
        }
        self.0.insert(name.to_owned(), profile);
        Ok(())
    }

    /// What runs under `kind`.
    pub fn named(&self, kind: &str) -> Option<&Profile> {
        self.0.get(kind)
    }
}

impl Default for Profiles {
    fn default() -> Self {
        Self(BTreeMap::from([(DEFAULT_KIND.to_owned(), Profile::Echo)]))
    }
}

/// Reads `NAME=COMMAND`.
///
/// # Errors
/// [`ProfileError`], with the part that breaks its rule.
pub fn parse(text: &str) -> Result<(String, Profile), ProfileError> {
    let (name, command) = text.split_once('=').ok_or(ProfileError::Form)?;
    Profiles::default().set(name, Profile::Command(command.to_owned()))?;
    Ok((name.to_owned(), Profile::Command(command.to_owned())))
}

/// Whether this can be a profile's name: 1 to 64 of the characters `A-Z a-z 0-9 _ -`.
pub(crate) fn is_kind(name: &str) -> bool {
    matches!(name.len(), 1..=64)
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "a profile has the form NAME=COMMAND",
            Self::Name => "a profile's name is 1 to 64 of the characters A-Z a-z 0-9 _ -",
            Self::Command => "a profile's command is empty or holds a NUL",
        })
    }
}

impl std::error::Error for ProfileError {}
