// What test_workspaces.py does in the workbench; each function is one test's part of it.
import fs from "node:fs";
import path from "node:path";
import { answered, say } from "../../support/vscode/chat.mjs";
import { openTree, rows } from "../../support/vscode/tree.mjs";

/** Two folders: a session works in the chosen one, else in the editor's; mentions, edits, diffs and links are of the right one. */
export async function folders(workbench) {
  const { page } = workbench;
  const chat = await workbench.openChat();
  const worksIn = (name) => chat.getByTestId("where").locator("strong", { hasText: name }).waitFor();
  await worksIn("api");
  await workbench.picture("first-folder");
  await chat.getByTestId("where").getByRole("button").click();
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "web" }).first().click();
  await worksIn("web");

  await chat.getByTestId("prompt").pressSequentially("Change it like @main");
  await chat.getByTestId("suggestions").locator("li", { hasText: "api" }).waitFor();
  await workbench.picture("mentions-of-both");
  await chat.getByTestId("suggestions").locator("li", { hasText: "api" }).click();
  await chat.getByTestId("chip").waitFor();
  await chat.getByTestId("prompt").press("Enter");
  await chat.getByTestId("allow-once").click();
  await answered(chat, "Done");
  const attached = await chat.locator(".user .chip").first().getAttribute("title");
  const edited = chat.getByTestId("tool").last();
  const heading = (await edited.locator("summary .tool-about").innerText()).trim();
  await edited.locator("summary").click();
  await edited.getByTitle("Open in the diff editor").click();
  await page.locator(".monaco-diff-editor .view-line", { hasText: "return 1" }).first().waitFor();
  await workbench.picture("diff-of-the-second");

  await chat.locator(".answer a", { hasText: "main.py:2" }).last().click();
  await page.locator(".tab.active[data-resource-name='main.py']").waitFor();
  const opened = await workbench.until("the file", async () => (await page.locator(".breadcrumbs-control").first().innerText()).replace(/\s+/g, " ").trim());
  await openFile(workbench, "api/main.py");
  await workbench.command("sessiond: New Session");
  await worksIn("api");
  await say(chat, "Look at this");
  await answered(chat, "Done");
  await openTree(workbench);
  const listed = await workbench.until("two sessions", async () => (await rows(workbench)).length === 2 && rows(workbench));
  await workbench.picture("sessions-of-both");
  return { attached, heading, opened, rows: listed.map((label) => label.split(", ").slice(0, 2).join(", ")) };
}

/** A workspace that wants another engine and another environment: first in vain, then, without a reload, as it wants. */
export async function trusts(workbench) {
  const { page, home } = workbench;
  const chat = await workbench.openChat();
  const started = () => fs.existsSync(path.join(home, "started"));
  const line = await chat.getByTestId("untrusted").innerText();
  const before = await whose(chat);
  const startedBefore = started();
  await workbench.picture("untrusted");
  const findings = await workbench.accessibility(chat);
  await chat.getByTestId("untrusted").getByRole("button").click();
  const trust = page.locator(".workspace-trust-editor").getByRole("button", { name: /^Trust$/ }).first();
  await trust.waitFor();
  await workbench.picture("trust-editor");
  await trust.click();
  await page.locator(".workspace-trust-editor", { hasText: "You trust this folder" }).waitFor();
  await page.locator(".monaco-modal-editor-block").getByRole("button", { name: /^Close/ }).last().click();
  await chat.getByTestId("untrusted").waitFor({ state: "detached" });
  await workbench.until("the project's engine", async () => started());
  const after = await whose(chat);
  await workbench.picture("trusted");
  return { line, before, startedBefore, after, startedAfter: started(), findings };
}

/** The setting says where the chat is: it is seen there, without the focus, which is in a file. */
export async function moves(workbench, { file, program }) {
  const { page, home } = workbench;
  const chat = await workbench.openChat();
  await say(chat, "Are you there?");
  await answered(chat, "I am.");
  await workbench.open(file);
  const seen = [];
  for (const [location, part] of [["secondarySideBar", "auxiliarybar"], ["sideBar", "sidebar"]]) {
    fs.writeFileSync(path.join(home, "vscode/Machine/settings.json"), JSON.stringify({ "sessiond.path": program, "sessiond.panel.location": location }));
    await page.locator(`.part.${part} .pane-header[aria-label^="Chat"]`).waitFor({ state: "attached" });
    const moved = await workbench.waitForChat();
    await moved.locator(".answer", { hasText: "I am." }).waitFor();
    await workbench.picture(`moved-${part}`);
    seen.push([part, await page.locator(".monaco-editor.focused").count()]);
  }
  return seen;
}

/** None, one at the wrong place, one that ends at once, one that is none, an old one; then the right one is chosen. */
export async function missing(workbench, { sessiond, file }) {
  const { page, home } = workbench;
  const chat = await workbench.openChat();
  const findings = [];
  const card = async (kind, picture) => {
    await chat.getByTestId(`engine-${kind}`).waitFor();
    findings.push(...(await workbench.accessibility(chat)));
    await workbench.picture(`engine-${picture}`);
    return chat.getByTestId(`engine-${kind}`).locator(".asked").innerText();
  };
  const set = async (program, kind) => {
    const before = await chat.locator(".card .asked").innerText();
    fs.writeFileSync(path.join(home, "vscode/Machine/settings.json"), JSON.stringify({ "sessiond.path": path.join(home, program) }));
    await workbench.until(`another card for ${program}`, async () => (await chat.getByTestId(`engine-${kind}`).count()) && (await chat.locator(".card .asked").innerText()) !== before);
    return card(kind, program);
  };
  const none = await card("missing", "none");
  const ways = await chat.getByTestId("engine-missing").getByRole("button").allInnerTexts();
  await workbench.open(file);
  await workbench.command("sessiond: Explain This");
  const asked = await workbench.until("what was asked", () => chat.getByTestId("prompt").inputValue());
  const chip = await chat.locator(".prompt .chip").innerText();
  await workbench.picture("asked-in-vain");
  const wrong = await set("nowhere", "missing");
  const ends = await set("ends", "ended");
  const talks = await set("talks", "foreign");
  const old = await set("old", "version");
  await chat.getByRole("button", { name: "Show log" }).click();
  await page.locator(".output-view, .panel .output").first().waitFor();
  await workbench.picture("engine-log");
  await chat.getByRole("button", { name: "Choose the program…" }).click();
  const input = page.locator(".quick-input-widget input[type=text]").first();
  await page.locator(".quick-input-list .monaco-list-row", { hasText: ".." }).waitFor();
  await input.fill(sessiond);
  await workbench.until("its folder", async () => (await page.locator(".quick-input-list .monaco-list-row").count()) > 1);
  await workbench.picture("engine-choose");
  await input.press("Enter");
  await say(chat, "Are you there?");
  await answered(chat);
  return { none, asked, chip, wrong, ends, talks, old, ways, answer: (await chat.locator(".answer").innerText()).trim(), findings };
}

async function whose(chat) {
  await say(chat, "Whose is it?");
  await chat.getByTestId("allow-once").click();
  await answered(chat, "Said.");
  return (await chat.locator(".tool .output").last().textContent()).split("\n")[0].trim();
}

/** By its path from the workspace. */
async function openFile({ page }, name) {
  await page.keyboard.press("Control+p");
  await page.locator(".quick-input-widget input").first().fill(name);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: path.dirname(name) }).first().click();
}
