//! What can happen next.

/// One thing that happens. Numbers are places in the world's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A socket opens.
    Accept(u8),
    /// A socket cannot be opened.
    Refuse(u8),
    /// The server is given a socket's next frame.
    Up(u8),
    /// The page is given a socket's next frame.
    Down(u8),
    /// Nothing arrives on this socket any more.
    Cut(u8),
    /// What the page sends on this socket does not arrive any more.
    CutUp(u8),
    /// What the server sends on this socket does not arrive any more.
    CutDown(u8),
    /// The server hears that the socket is lost.
    TellHost(u8),
    /// The page hears that the socket is lost.
    TellPage(u8),
    /// A page's next timer fires, however long it takes.
    PageTimer(u8),
    /// The server's next timer fires.
    HostTimer,
    /// A page's timers are late by a minute.
    Sleep(u8),
    Type(u8),
    Print(u8),
    /// A snapshot that was asked for is there, of what was printed before this offset.
    Paint(u8),
    /// The snapshot that was asked for is not to be had.
    NoScreen,
    /// A process takes input.
    Take(u8),
    /// It has been written.
    Wrote(u8),
    /// A terminal processes a byte.
    Process(u8),
    Hide(u8),
    Freeze(u8),
    Wake(u8),
    Reload(u8),
    OpenPage,
    /// The user takes the session over, or reconnects.
    Reconnect(u8),
    /// The user ends the session.
    End(u8),
    /// The user leaves the session.
    Leave(u8),
    NewSession(u8),
    Resize(u8),
    /// The session's process is started anew.
    Restart(u8),
    /// The server forgets everything.
    ForgetAll,
    Exit(u8),
    /// Somebody without the secret says hello.
    Intrude(u8),
}
