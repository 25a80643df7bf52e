/** The entry of the chat's page: draws it, and takes clicks on what the text of a model has made. */
import { render } from "preact";
import { ChatView } from "./chat_view.tsx";
import "./chat.css";
import { keepFocus } from "./focus.ts";
import { tell } from "./host.ts";
import { codeOf } from "./markdown/code_block.ts";
import { warm } from "./markdown/warm.ts";
import { begin, chat } from "./state.ts";

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

/** Wherever the focus is, but where Escape means something of its own: it is nobody's wish to lose a form that is half filled. */
function onKey(event: KeyboardEvent): void {
  const elsewhere = event.target instanceof Element && event.target.closest("form, select");
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || elsewhere) return;
  if (!chat.transcript?.session?.turnId) return;
  event.preventDefault();
  tell({ type: "abort" });
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
if (root) keepFocus(root);
begin(draw);
draw();
tell({ type: "ready" });
warm();
