// What test_review.py does in the workbench; each function is one test's part of it.
import fs from "node:fs";
import path from "node:path";
import { answered, say } from "../../support/vscode/chat.mjs";

/** Text that is not saved is what the agent edits; its edit is one step to undo, and a redo is to be reviewed again. */
export async function unsaved(workbench, { file }) {
  await openFile(workbench, file);
  await workbench.page.keyboard.press("Control+Home");
  await workbench.page.keyboard.type("unsaved words ");
  await turn(workbench, "Change line 5");
  const edited = await shows(workbench, "line five");
  const lens = await texts(lenses(workbench));
  await workbench.picture("unsaved");
  await workbench.page.locator(".monaco-editor .view-line").first().click();
  await workbench.page.keyboard.press("Control+z");
  const undone = await shows(workbench, "line 5");
  await workbench.until("no lens", async () => (await lenses(workbench).count()) === 0);
  const left = await lenses(workbench).count();
  await workbench.page.keyboard.press("Control+Shift+z");
  await workbench.until("the lenses again", async () => (await lenses(workbench).count()) > 0);
  const again = await lenses(workbench).count();
  await workbench.page.keyboard.press("Control+z");
  await shows(workbench, "line 5");
  return { edited, lens, undone, lenses: left, again };
}

/** Of three, the first is accepted, the second rejected; after a reload the last one is accepted. */
export async function hunks(workbench, { file }) {
  await turn(workbench, "Change three");
  await openFile(workbench, file);
  const count = await lens(workbench, /of 3/).first().textContent();
  await workbench.picture("hunks");
  await lens(workbench, "1 removed line").first().click();
  await workbench.page.locator(".peekview-widget").waitFor();
  await workbench.picture("peek");
  await workbench.page.keyboard.press("Escape");
  await lens(workbench, "Accept").first().click();
  await lens(workbench, /of 2/).first().waitFor();
  await lens(workbench, "Reject").first().click();
  await shows(workbench, "line 9");
  await workbench.until("one hunk", async () => (await lens(workbench, "Reject").count()) === 1);
  await workbench.reload();
  await openFile(workbench, file);
  await lens(workbench, "Accept").first().waitFor();
  const afterReload = await lens(workbench, "Accept").count();
  await workbench.picture("reloaded");
  await lens(workbench, "Accept").first().click();
  await workbench.until("no lens", async () => (await lenses(workbench).count()) === 0);
  return { hunks: count, afterReload, left: await lenses(workbench).count() };
}

/** By key alone: far from a change nothing happens; at it reject, undo, accept; then a deleted file, brought back, undone, accepted. */
export async function keys(workbench, { file, deleted }) {
  const { keyboard } = workbench.page;
  await turn(workbench, "Change three");
  await openFile(workbench, file);
  await lens(workbench, "Accept").first().waitFor();
  await workbench.page.locator(".monaco-editor .view-line").first().click();
  await keyboard.press("Control+Home");
  await keyboard.press("Alt+Backspace");
  const said = await workbench.page.locator(".statusbar-item", { hasText: "No change at the cursor" }).textContent();
  await workbench.picture("far");
  const far = await shows(workbench, "line three");
  await keyboard.press("Alt+j");
  await workbench.page.locator(".statusbar-item", { hasText: "Ln 3," }).waitFor();
  await keyboard.press("Alt+Backspace");
  const rejected = await shows(workbench, "line 3");
  await keyboard.press("Control+z");
  const undone = await shows(workbench, "line three");
  await lens(workbench, "Accept").first().waitFor();
  await keyboard.press("Alt+Enter");
  await workbench.until("no lens", async () => (await lenses(workbench).count()) === 0);
  await keyboard.press("Alt+j");
  const tab = workbench.page.locator(".tab", { hasText: `${deleted} (deleted)` });
  await tab.waitFor();
  await shows(workbench, "line 1");
  await workbench.picture("deleted");
  await workbench.until("the diff to go", async () => {
    await keyboard.press("Alt+Backspace");
    return (await tab.count()) === 0;
  });
  const toast = workbench.page.locator(".notification-toast", { hasText: `${deleted} is there again` });
  await toast.waitFor();
  await workbench.picture("back");
  await toast.getByRole("button", { name: "Undo" }).click();
  await toast.waitFor({ state: "detached" });
  await openFile(workbench, file);
  await workbench.page.locator(".monaco-editor .view-line").first().click();
  await workbench.until("the diff again", async () => {
    await keyboard.press("Alt+j");
    return (await tab.count()) === 1;
  });
  await workbench.until("the diff to go", async () => {
    await keyboard.press("Alt+Enter");
    return (await tab.count()) === 0;
  });
  return { said: said.trim(), far, rejected, undone };
}

/** A second window comes when one edit is made, the first is away during the next two; both have all to review. */
export async function joins(workbench, { file, last }) {
  const chat = await workbench.openChat();
  await say(chat, "Change three");
  await chat.locator("[data-testid=tool][data-status=completed]").nth(1).waitFor();
  const window = await workbench.another();
  await window.load();
  await (await window.openChat()).locator("[data-busy=true]").waitFor();
  await openFile(window, file);
  await lens(window, "Accept").first().waitFor();
  await workbench.page.goto("about:blank");
  workbench.go("away");
  await workbench.until("the last one", () => fs.readFileSync(path.join(workbench.home, "project", file), "utf8").includes(last));
  await workbench.load();
  await answered(await workbench.openChat(), "done.");
  for (const each of [workbench, window]) {
    await openFile(each, file);
    await lens(each, /of 3/).first().waitFor();
  }
  await workbench.picture("joined");
  return Promise.all([workbench, window].map(async (each) => (await lens(each, "Reject").count()) - 1));
}

export async function turn_(workbench) {
  const chat = await turn(workbench, "Change both");
  await chat.getByText("Review 2 changed files").click();
  const names = workbench.page.locator(".multiDiffEntry .title .monaco-icon-label .label-name, .multiDiffEntry .file-path .monaco-icon-label .label-name");
  const files = await settled(workbench, names, 2);
  await workbench.picture("turn");
  await workbench.page.keyboard.press("Control+F4");
  await chat.getByTitle("Restore to before this message…").last().click({ force: true });
  const rows = workbench.page.locator(".quick-input-list .monaco-list-row");
  await rows.first().waitFor();
  await workbench.picture("restore");
  const offered = (await rows.first().locator(".label-name").textContent()).trim();
  const listed = (await texts(rows.locator(".label-name"))).filter((name) => name.endsWith(".txt"));
  await rows.filter({ hasText: "Look at the changes" }).click();
  const preview = await settled(workbench, names, 2);
  await rows.first().waitFor();
  await workbench.picture("preview");
  await rows.first().click();
  await chat.getByTestId("reverted").waitFor();
  await chat.getByText("What shall be done?").waitFor();
  await workbench.until("the prompt", async () => await chat.getByTestId("prompt").inputValue());
  const prompt = await chat.getByTestId("prompt").inputValue();
  await chat.getByTestId("prompt").fill("");
  await workbench.picture("restored");
  await workbench.command("sessiond: Bring Back What Was Taken Back");
  await rows.filter({ hasText: "Bring back the messages" }).first().click();
  await chat.locator(".answer", { hasText: "Both are done." }).waitFor();
  return { files, offered, listed, preview, prompt, broughtBack: "Both are done." };
}

export { turn_ as turn };

export async function mentions(workbench, { file }) {
  await openFile(workbench, file);
  await workbench.page.keyboard.press("Control+a");
  const chat = await workbench.openChat();
  await chat.locator("[data-engine=ready]").waitFor();
  const prompt = chat.getByTestId("prompt");
  const take = async (typed, chips) => {
    await prompt.pressSequentially(typed);
    await chat.locator("[role=option]").first().filter({ hasText: typed.slice(1) }).waitFor();
    await workbench.picture(`mention-${chips}`);
    const first = await chat.locator("[role=option] span").evaluateAll((spans) => spans.map((span) => span.textContent.trim()).find(Boolean));
    await prompt.press("Enter");
    await workbench.until("a chip", async () => (await chat.locator("[data-testid=chip]").count()) === chips);
    return first;
  };
  const first = await take("@mentioned", 1);
  await take("@selection", 2);
  await take("@open", 3);
  await chat.locator("[data-testid=chip]").last().getByRole("button").last().click();
  await workbench.until("two chips", async () => (await chat.locator("[data-testid=chip]").count()) === 2);
  const chips = await texts(chat.locator("[data-testid=chip]"));
  await workbench.picture("chips");
  await prompt.pressSequentially("What is it?");
  await prompt.press("Enter");
  await chat.locator(".answer", { hasText: "forty-two" }).waitFor();
  return { first, chips, answer: await chat.locator(".answer .markdown").last().innerText() };
}

export async function marks(workbench, { file, theme }) {
  await turn(workbench, "Greet in more languages");
  await openFile(workbench, file);
  await lens(workbench, /of 3/).first().waitFor();
  await workbench.page.mouse.move(700, 600);
  await workbench.picture(theme);
  return { hunks: await lens(workbench, "Reject").count() - 1 };
}

async function turn(workbench, text) {
  const chat = await workbench.openChat();
  await say(chat, text);
  await answered(chat, /done\./i);
  return chat;
}

async function openFile(workbench, file) {
  const input = workbench.page.locator(".quick-input-widget input");
  await workbench.until("the file", async () => {
    await workbench.page.keyboard.press("Control+p");
    await input.waitFor();
    await input.fill(file);
    const row = workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: file }).first();
    const found = await row.waitFor({ timeout: 3_000 }).then(() => true, () => false);
    if (found) await row.click();
    else await workbench.page.keyboard.press("Escape");
    return found;
  });
  await workbench.page.locator(".tab.active", { hasText: file }).waitFor();
  await workbench.page.locator(".monaco-editor .view-line").first().waitFor();
}

function lenses(workbench) {
  return workbench.page.locator(".monaco-editor .codelens-decoration a");
}

function lens(workbench, text) {
  return workbench.page.locator(".monaco-editor .codelens-decoration > *", { hasText: text });
}

async function shows(workbench, text) {
  await workbench.page.locator(".monaco-editor .view-line").getByText(text, { exact: true }).first().waitFor();
  return true;
}

async function settled(workbench, names, count) {
  await workbench.until(`${count} files`, async () => (await names.count()) >= count);
  return texts(names);
}

/** Without icons. */
async function texts(locator) {
  const all = await locator.allTextContents();
  return all.map((text) => text.replace(/[\ue000-\uf8ff]/g, "").trim()).filter(Boolean);
}
