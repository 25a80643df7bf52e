// What test_chat_recovery.py does in the workbench; each function is one test's part of it.
import fs from "node:fs";
import path from "node:path";
import { answered, say } from "../../../support/vscode/chat.mjs";
import { barText, openTree, row, rows, rowSays } from "../../../support/vscode/tree.mjs";

/** The engine of all dies in the middle of an answer. */
export async function dies(workbench) {
  let chat = await workbench.openChat();
  await openTree(workbench);
  await say(chat, "Begin");
  await answered(chat, "Before.");
  await say(chat, "Count");
  await chat.locator(".answer", { hasText: "One." }).waitFor();
  await workbench.until("it is recorded", async () => drafts(workbench).some((text) => text.includes("One.")));
  const killed = engine(workbench);
  process.kill(killed, "SIGKILL");
  await chat.getByTestId("stop-reason").waitFor();
  await chat.locator("[data-busy=false]").waitFor();
  const notice = await chat.getByTestId("stop-reason").innerText();
  await workbench.until("a row that does not work", async () => (await rows(workbench)).some((label) => label.includes("Begin") && !label.includes("works")));
  await workbench.picture("died");
  const findings = await workbench.accessibility(chat);
  await say(chat, "Go on");
  await answered(chat, "After.");
  const shown = await said(chat);
  await workbench.reload();
  chat = await workbench.openChat();
  await answered(chat, "After.");
  return { another: engine(workbench) !== killed, notice, findings, shown, afterReload: await said(chat) };
}

/** The window is loaded again in the middle of an answer. */
export async function reloads(workbench) {
  let chat = await workbench.openChat();
  await say(chat, "Begin");
  await chat.locator(".answer", { hasText: "First half." }).waitFor();
  await workbench.reload();
  chat = await workbench.openChat();
  await chat.locator(".answer", { hasText: "First half." }).waitFor();
  await chat.locator("[data-busy=true]").waitFor();
  workbench.go("second-half");
  await answered(chat, "Second half.");
  return said(chat);
}

/** A second window of the same user opens the session in the middle of an answer, answers its question, and goes on. */
export async function shares(workbench) {
  const window = await workbench.another();
  await window.load();
  const [first, second] = [await workbench.openChat(), await window.openChat()];
  await openTree(window);
  await say(first, "Share this");
  await first.locator(".answer", { hasText: "First half." }).waitFor();
  await row(window, "Share this").click();
  await second.locator(".answer", { hasText: "First half." }).waitFor();
  const working = await rowSays(window, "Share this", "works");
  workbench.go("both-look");
  await Promise.all([first, second].map((chat) => chat.getByTestId("permission").waitFor()));
  const asking = await rowSays(window, "Share this", "waits for you");
  const bar = await barText(window);
  await window.picture("second-asks");
  await second.getByTestId("allow-once").click();
  await Promise.all([first, second].map((chat) => answered(chat, "Second half.")));
  const gone = await first.getByTestId("permission").count();
  await say(second, "From the second");
  await Promise.all([first, second].map((chat) => answered(chat, "Both see it.")));
  await window.picture("second");
  return { working, asking, bar, gone, first: await said(first), second: await said(second) };
}

function engine(workbench) {
  return JSON.parse(fs.readFileSync(path.join(workbench.home, "data/engine.lock"), "utf8")).pid;
}

/** What would outlive the engine of answers that are not whole. */
function drafts({ home }) {
  const place = path.join(home, "data/drafts");
  try {
    const files = fs.readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => fs.readFileSync(path.join(parentPath, name), "utf8"));
  } catch (error) {
    if (error.code !== "ENOENT") throw error; // the folder comes with the first draft, and a draft goes when it is whole
    return [];
  }
}

/** All that was said, in its order: nothing is lost, nothing is there twice. */
function said(chat) {
  return chat.locator(".prompt-text, .answer .markdown").allInnerTexts();
}
