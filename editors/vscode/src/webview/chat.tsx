/** The entry of the chat's page: draws it, and takes clicks on what the text of a model has made. */
import { render } from "preact";
import { ChatView } from "./chat_view.tsx";
import "./chat.css";
import { keepFocus } from "./focus.ts";
import { tell } from "./host.ts";
import { codeOf } from "./markdown/code_block.ts";
import { warm } from "./markdown/warm.ts";
import { begin } from "./state.ts";

const root = document.getElementById("root");

function draw(): void {
  if (root) render(<ChatView />, root);
}

/** Links and the buttons of code are plain nodes; the host decides what becomes of a click. */
function onClick(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : undefined;
  const link = target?.closest("a[href]");
  if (link) {
    event.preventDefault();
    tell({ type: "open", target: { kind: "link", href: link.getAttribute("href") ?? "" } });
  }
  const button = target?.closest<HTMLElement>("[data-code]");
  const code = button && codeOf(button);
  if (button && code) tell({ type: "code", action: button.dataset.code as "copy" | "insert" | "apply", ...code });
}

document.addEventListener("click", onClick);
if (root) keepFocus(root);
begin(draw);
draw();
tell({ type: "ready" });
warm();
