// What test_looks.py does in the workbench: scenes, each seen in all themes in one window.
import { say } from "../../support/vscode/chat.mjs";
import { askingTurn, newSession, notified, scrollTo, sessions, unfoldTools } from "../../support/vscode/scenes.mjs";
import { openTree, rowSays } from "../../support/vscode/tree.mjs";

/** One long turn that ends in a question, from its beginning and from its end, narrow and wide. */
export async function looks(workbench, { themes, file }) {
  const chat = await askingTurn(workbench, { file });
  await unfoldTools(chat);
  await chat.getByTestId("todos").locator("summary").click();
  const findings = [];
  for (const [index, theme] of themes.entries()) {
    if (index > 0) await workbench.theme(theme);
    await workbench.page.mouse.move(1_000, 640);
    await scrollTo(chat, "end");
    findings.push(...(await workbench.accessibility(chat)));
    await workbench.picture(`${theme}-narrow`);
    await scrollTo(chat, "beginning");
    await workbench.widen(420);
    await workbench.page.mouse.move(1_000, 640);
    findings.push(...(await workbench.accessibility(chat)));
    await workbench.picture(`${theme}-wide`);
    await workbench.widen(-420);
  }
  await ended(chat);
  return { findings };
}

/** What of the extension is drawn by the workbench: rows, lists, the status bar, a notification, a page, marks in a file. */
export async function workbenchLooks(workbench, { themes, titles, file }) {
  const { page } = workbench;
  const findings = [];
  /** In each theme; axe looks at what is the extension's, not at the workbench's own rows, buttons and lenses. */
  const see = async (name, selector) => {
    for (const theme of themes) {
      await workbench.theme(theme);
      await page.waitForTimeout(300); // it fades in
      if (selector) findings.push(...(await workbench.accessibility(page, selector)).map((finding) => `${theme}, ${name}: ${finding}`));
      await workbench.picture(`${theme}-${name}`);
    }
  };
  const chat = await sessions(workbench, titles.toReversed());
  await newSession(workbench, chat);
  await say(chat, "Greet our guests in their own language, please.");
  await chat.locator(".answer", { hasText: "Done." }).waitFor();
  await openTree(workbench);
  await rowSays(workbench, "Make a folder", "waits for you");
  await workbench.open(file);
  await page.locator(".codelens-decoration").first().waitFor();
  await page.mouse.move(1_000, 640);
  await see("tree-status-review", '.pane-body .monaco-list[aria-label="Sessions"], .statusbar-item[id*="sessiond"]');

  await workbench.command("sessiond: Show Tokens and Cost");
  await page.locator(".tab", { hasText: "Tokens and Cost" }).waitFor();
  await notified(workbench, { prompt: "Ask while you are hidden", go: "hidden" });
  await see("usage-notification");

  await workbench.command("sessiond: Open Session…");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "waits for you" }).first().waitFor();
  await page.waitForTimeout(300);
  await workbench.picture("pick");
  await page.keyboard.press("Escape");
  await workbench.command("sessiond: Show the Engine's Status");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Stop" }).first().waitFor();
  await page.waitForTimeout(300);
  await workbench.picture("engine");
  return { findings };
}

/** Long words, paths, tables and code, in a side bar as narrow as it gets and as wide as anybody has it: nothing is cut off. */
export async function overflows(workbench) {
  const chat = await workbench.openChat();
  await say(chat, `Look at ${"averylongwordwithoutanybreak".repeat(6)} and /a/${"deep/".repeat(30)}file.ts`);
  await chat.getByTestId("permission").waitFor();
  const command = await chat.getByTestId("permission").locator("pre").innerText();
  const wide = {};
  for (const pixels of [230, 900]) {
    const bar = await workbench.page.locator(".part.sidebar").boundingBox();
    await workbench.widen(pixels - bar.width);
    await workbench.page.mouse.move(1_200, 400);
    await scrollTo(chat, "beginning");
    await workbench.picture(`${pixels}-top`);
    await scrollTo(chat, "end");
    await workbench.picture(String(pixels));
    wide[pixels] = await chat.evaluate(() => {
      const seen = document.documentElement.clientWidth;
      const scrolls = (node) => node && node !== document.body && (/auto|scroll|hidden/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
      return [...document.querySelectorAll("body *")]
        .filter((node) => node.getBoundingClientRect().right > seen + 1 && !scrolls(node.parentElement) && getComputedStyle(node).position !== "absolute")
        .map((node) => `${node.tagName} ${node.className}`)
        .slice(0, 5);
    });
  }
  const findings = await workbench.accessibility(chat);
  await ended(chat);
  return { findings, wide, command };
}

async function ended(chat) {
  await chat.getByTestId("prompt").press("Escape");
  await chat.locator("[data-busy=false]").waitFor();
}
