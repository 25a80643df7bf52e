// What test_looks.py does in the workbench: one long turn that ends in a question, seen narrow and wide.
import { say } from "../../support/vscode/chat.mjs";

export async function looks(workbench, { theme, file }) {
  await workbench.open(file);
  const chat = await workbench.openChat();
  await say(chat, "Let greet speak more languages, please.");
  await chat.getByTestId("permission").waitFor();
  await chat.getByTestId("prompt").fill("And then write it into the changelog");
  await workbench.page.mouse.move(700, 400);
  const findings = await workbench.accessibility(chat);
  await workbench.picture(`${theme}-narrow`);
  await chat.locator(".log").evaluate((log) => log.scrollTo({ top: 0 }));
  await chat.getByTestId("tool").nth(2).locator("summary").click();
  await chat.getByTestId("tool").nth(3).locator("summary").click();
  await workbench.picture(`${theme}-tools`);
  findings.push(...(await workbench.accessibility(chat)));
  await workbench.widen(420);
  await workbench.page.mouse.move(1_000, 400);
  await chat.getByTestId("todos").locator("summary").click();
  await chat.getByTitle("Go to the newest").click();
  await workbench.picture(`${theme}-wide`);
  await chat.getByTestId("prompt").press("Escape");
  await chat.locator("[data-busy=false]").waitFor();
  return { findings };
}

/** What of the extension is drawn by the workbench: rows, lists, the status bar, a notification, a page, marks in a file. */
export async function workbenchLooks(workbench, { theme, titles }) {
  const { page } = workbench;
  const findings = [];
  /** Once it has faded in. */
  const see = async (name, selector) => {
    await page.waitForTimeout(400);
    if (selector) findings.push(...(await workbench.accessibility(page, selector)).map((finding) => `${name}: ${finding}`));
    await workbench.picture(`${theme}-${name}`);
  };
  const chat = await workbench.openChat();
  for (const title of titles) {
    if (title !== titles[0]) await workbench.command("sessiond: New Session");
    await chat.getByTestId("empty").waitFor();
    await say(chat, title);
    await chat.locator(".answer").first().waitFor();
  }
  await chat.getByTestId("permission").waitFor();
  await workbench.command("sessiond: New Session");
  await page.locator(".pane-header", { hasText: "Sessions" }).first().click();
  await page.locator(".pane .monaco-list-row", { hasText: "waits for you" }).first().waitFor();
  await page.mouse.move(700, 400);
  await see("tree", '.pane-body .monaco-list[aria-label="Sessions"]');
  await workbench.command("sessiond: Open Session…");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "waits for you" }).first().waitFor();
  await see("pick", ".quick-input-list .monaco-list-rows");
  await page.keyboard.press("Escape");
  await see("status", '.statusbar-item[id*="sessiond"]');
  await workbench.command("sessiond: Show the Engine's Status");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Stop" }).first().waitFor();
  await see("engine");
  await page.keyboard.press("Escape");
  await workbench.open("greetings.py");
  await page.locator(".codelens-decoration").first().waitFor();
  await see("review", ".codelens-decoration");
  await page.locator(".pane .monaco-list-row", { hasText: titles[0] }).first().click();
  await chat.locator(".answer").first().waitFor();
  await workbench.command("sessiond: Show Tokens and Cost");
  await page.locator(".tab", { hasText: "Tokens and Cost" }).waitFor();
  await page.waitForTimeout(1_000);
  await see("usage");
  return { findings };
}

/** Long words, paths, tables and code, in a side bar as narrow as it gets and as wide as anybody has it: nothing is cut off. */
export async function overflows(workbench, { theme }) {
  const chat = await workbench.openChat();
  await say(chat, `Look at ${"averylongwordwithoutanybreak".repeat(6)} and /a/${"deep/".repeat(30)}file.ts`);
  await chat.getByTestId("permission").waitFor();
  const wide = {};
  for (const [name, pixels] of [["230", 230], ["900", 900]]) {
    const bar = await workbench.page.locator(".part.sidebar").boundingBox();
    await workbench.widen(pixels - bar.width);
    await workbench.page.mouse.move(1_200, 400);
    await chat.locator(".log").evaluate((log) => log.scrollTo({ top: 0 }));
    await workbench.picture(`${theme}-${name}-top`);
    await chat.locator(".log").evaluate((log) => log.scrollTo({ top: log.scrollHeight }));
    await workbench.picture(`${theme}-${name}`);
    wide[name] = await chat.evaluate(() => {
      const seen = document.documentElement.clientWidth;
      const scrolls = (node) => node && node !== document.body && (/auto|scroll|hidden/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
      return [...document.querySelectorAll("body *")]
        .filter((node) => node.getBoundingClientRect().right > seen + 1 && !scrolls(node.parentElement) && getComputedStyle(node).position !== "absolute")
        .map((node) => `${node.tagName} ${node.className}`)
        .slice(0, 5);
    });
  }
  const findings = await workbench.accessibility(chat);
  await chat.getByTestId("prompt").press("Escape");
  await chat.locator("[data-busy=false]").waitFor();
  return { findings, wide };
}
