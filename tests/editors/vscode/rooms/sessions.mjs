// What test_sessions.py does in the workbench: the tree of sessions, the status bar, several windows, an engine that dies.
import { execFileSync } from "node:child_process";
import { answered, say } from "../../../support/vscode/chat.mjs";

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

/** What is said in one window is seen in the other while it is said; who answers first, answers for both. */
export async function windows(workbench) {
  const other = await workbench.another();
  await other.load();
  const [mine, theirs] = [await workbench.openChat(), await other.openChat()];
  await openTree(other);
  await say(mine, "Begin a long story");
  await mine.locator(".answer", { hasText: "Once upon a time" }).waitFor();
  await row(other, "Begin a long story").click();
  await theirs.locator(".answer", { hasText: "Once upon a time" }).waitFor();
  const working = await workbench.until("a row that works", async () => (await rows(other)).find((label) => label.includes("works")));
  await other.picture("window-busy");
  workbench.go("story-goes-on");
  await Promise.all([mine, theirs].map((chat) => chat.getByTestId("permission").waitFor()));
  const asking = await workbench.until("a row that waits", async () => (await rows(other)).find((label) => label.includes("waits for you")));
  const bar = await barText(other);
  await other.picture("window-asking");
  await theirs.getByTestId("allow-once").click();
  await Promise.all([mine, theirs].map((chat) => chat.locator(".answer", { hasText: "The end." }).last().waitFor()));
  await mine.getByTestId("permission").waitFor({ state: "detached" });
  await mine.locator("[data-busy=false]").waitFor();
  const said = await Promise.all([mine, theirs].map((chat) => chat.locator(".answer").allInnerTexts()));
  return { working, asking, bar, same: JSON.stringify(said[0]) === JSON.stringify(said[1]) };
}

/** The engine of all windows is killed in the middle of a turn: it comes back, and the conversation goes on. */
export async function dies(workbench, { sessiond, environment }) {
  const chat = await workbench.openChat();
  await say(chat, "Speak slowly");
  await chat.locator(".answer", { hasText: "Half a" }).waitFor();
  const { pid } = JSON.parse(execFileSync(sessiond, ["status", "--json"], { env: environment }));
  process.kill(pid, "SIGKILL");
  await chat.locator("[data-busy=false]").waitFor();
  const stopped = await chat.getByTestId("stop-reason").last().innerText();
  await openTree(workbench);
  const rowAfter = await workbench.until("the row", async () => (await rows(workbench)).find((label) => label.includes("Speak slowly")));
  await say(chat, "And again");
  await answered(chat);
  await workbench.picture("engine-back");
  const after = JSON.parse(execFileSync(sessiond, ["status", "--json"], { env: environment }));
  return { stopped, another: after.pid !== pid, works: rowAfter.includes("works"), answers: (await chat.locator(".answer").last().innerText()).trim() };
}

async function openTree(workbench) {
  const header = workbench.page.locator(".pane-header", { hasText: "Sessions" }).first();
  if ((await header.getAttribute("aria-expanded")) !== "true") await header.click();
}

function row(workbench, text) {
  return workbench.page.locator(".pane .monaco-list-row[aria-level='2']", { hasText: text }).first();
}

/** As a screen reader says them. */
async function rows(workbench) {
  const all = workbench.page.locator(".pane .monaco-list-row[aria-level='2']");
  return all.evaluateAll((found) => found.map((each) => each.getAttribute("aria-label")));
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

async function barText(workbench) {
  return (await workbench.page.locator('.statusbar-item[id*="sessiond"]').first().innerText()).trim();
}
