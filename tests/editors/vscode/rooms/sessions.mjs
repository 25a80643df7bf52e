// What test_sessions.py does in the workbench: the tree of sessions and the quick pick.
import { answered, say } from "../../../support/vscode/chat.mjs";
import { openTree, row, rows } from "../../../support/vscode/tree.mjs";

/** Three sessions; one is renamed by a key, one found by its words, one archived, one forked, one deleted after a question. */
export async function tree(workbench) {
  const { page } = workbench;
  const chat = await workbench.openChat();
  for (const text of ["Tell me about apples", "Tell me about pears", "Tell me about plums"]) {
    await workbench.command("sessiond: New Session");
    await chat.getByTestId("empty").waitFor();
    await say(chat, text);
    await answered(chat);
  }
  await openTree(workbench);
  const listed = await workbench.until("three sessions", async () => titlesOf(await rows(workbench), 3));
  await workbench.picture("tree");

  await row(workbench, "pears").click();
  await chat.locator(".user", { hasText: "pears" }).first().waitFor();
  await row(workbench, "pears").click({ button: "right" });
  await page.waitForTimeout(400);
  await workbench.picture("tree-menu");
  await page.keyboard.press("Escape");
  await page.keyboard.press("F2");
  await typed(workbench, "Of pears");
  await row(workbench, "Of pears").waitFor();

  await row(workbench, "apples").click({ button: "right" });
  await menu(workbench, "Archive");
  await row(workbench, "apples").waitFor({ state: "detached" });

  await row(workbench, "plums").click({ button: "right" });
  await menu(workbench, "Fork");
  await workbench.until("a fork", async () => (await rows(workbench)).filter((label) => label.includes("plums")).length === 2);

  await row(workbench, "Of pears").click({ button: "right" });
  await page.keyboard.press("Escape");
  await page.keyboard.press("Delete");
  const dialog = page.locator(".monaco-dialog-box");
  await dialog.waitFor();
  await page.waitForTimeout(400);
  await workbench.picture("tree-delete");
  const question = await dialog.locator(".dialog-message-text").innerText();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await row(workbench, "Of pears").waitFor({ state: "detached" });

  await workbench.command("sessiond: Search Sessions…");
  await typed(workbench, "apples");
  const empty = await workbench.until("no result", async () => page.locator(".pane-body .message", { hasText: "No session" }).count());
  await workbench.command("sessiond: Search Sessions…");
  await typed(workbench, "plums");
  const found = await workbench.until("results", async () => titlesOf(await rows(workbench), 2));
  await page.locator(".pane-body .message", { hasText: "No session" }).waitFor({ state: "hidden" });
  await page.waitForTimeout(400);
  await workbench.picture("tree-found");
  return { listed, question, empty, found };
}

/** A session is found by the words of its answer, in the quick pick, and shown with all of it. */
export async function picks(workbench) {
  const { page } = workbench;
  const chat = await workbench.openChat();
  await say(chat, "Say the word");
  await answered(chat);
  await workbench.command("sessiond: New Session");
  await chat.getByTestId("empty").waitFor();
  await workbench.command("sessiond: Open Session…");
  const input = page.locator(".quick-input-widget input[type=text]").first();
  await input.fill("xylophone");
  const item = page.locator(".quick-input-list .monaco-list-row", { hasText: "Say the word" }).first();
  await item.waitFor();
  await workbench.picture("pick");
  await page.keyboard.press("Enter");
  await chat.locator(".answer", { hasText: "xylophone" }).waitFor();
  return (await chat.locator(".answer").innerText()).trim();
}

function titlesOf(labels, count) {
  return labels.length === count && labels.map((label) => label.split(",")[0]);
}

async function menu(workbench, name) {
  await workbench.page.waitForTimeout(400); // a click on a menu that has just come is taken for the one that opened it
  await workbench.page.locator(".monaco-menu .action-item", { hasText: name }).first().click();
}

async function typed(workbench, text) {
  const input = workbench.page.locator(".quick-input-widget input[type=text]").first();
  await input.fill(text);
  await input.press("Enter");
}
