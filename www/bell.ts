const frame = document.querySelector<HTMLElement>("main")!;

/** Shows a bell: a frame around the terminal, which fades. */
export function ring(): void {
  const shadow = (colour: string) => `inset 0 0 0 4px ${colour}`;
  frame.animate({ boxShadow: [shadow("var(--wait)"), shadow("transparent")] }, { duration: 600, easing: "ease-in" });
}
