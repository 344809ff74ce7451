//! What terminal output means, as far as a replay must know it: where a sequence begins and ends, and which ones ask or ring.

pub(crate) mod mute;
