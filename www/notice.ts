import type { Closed, Link } from "relatch";

const box = document.querySelector<HTMLElement>("#notice")!;
const title = document.querySelector<HTMLElement>("#notice-title")!;
const text = document.querySelector<HTMLElement>("#notice-text")!;
const button = document.querySelector<HTMLButtonElement>("#notice-action")!;

interface Notice {
  title: string;
  text: string;
  action: string;
  act: () => void;
}

/** Says, over the terminal, what only the reader can decide, for as long as the link rests there. */
export function showNotice(link: Link): void {
  let how: string | undefined;
  link.addEventListener("exit", ({ detail: { code, signal } }) => {
    how = signal === undefined ? `exit ${code}` : `signal ${signal}`;
  });
  link.addEventListener("superseded", () =>
    show({
      title: "Opened elsewhere",
      text: "This terminal is now in use in another page. What you see here has stopped.",
      action: "Use it here",
      act: () => link.reconnect(),
    }),
  );
  link.addEventListener("close", ({ detail }) => show(closed(link, detail, how)));
  link.addEventListener("statechange", ({ detail }) => {
    if (detail.state === "superseded" || detail.state === "closed") return;
    box.hidden = true;
    how = undefined;
  });
}

function closed(link: Link, { reason, code, closeReason }: Closed, how?: string): Notice {
  const said = how ?? closeReason;
  switch (reason) {
    case "credentials":
      return {
        title: "This address does not fit",
        text: "Its access token is missing, wrong or old. Open the address that npm start has printed.",
        action: "Try again",
        act: () => link.reconnect(),
      };
    case "ended":
    case "user":
      return {
        title: "The session has ended",
        text: said ? `The shell is gone (${said}).` : "The shell is gone.",
        action: "New session",
        act: () => link.newSession(),
      };
    default:
      return {
        title: "The server refused",
        text: said ? `It says: ${said} (code ${code}).` : `It does not say why (code ${code}).`,
        action: "Try again",
        act: () => link.reconnect(),
      };
  }
}

function show(notice: Notice): void {
  title.textContent = notice.title;
  text.textContent = notice.text;
  button.textContent = notice.action;
  button.onclick = notice.act;
  box.hidden = false;
  button.focus();
}
