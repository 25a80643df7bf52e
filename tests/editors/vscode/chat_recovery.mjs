// What test_chat_recovery.py does in the workbench; each function is one test's part of it.
import fs from "node:fs";
import path from "node:path";
import { answered, say } from "../../support/vscode/chat.mjs";

/** The engine of all dies in the middle of an answer. */
export async function dies(workbench) {
  let chat = await workbench.openChat();
  await say(chat, "Begin");
  await answered(chat, "Before.");
  await say(chat, "Count");
  await chat.locator(".answer", { hasText: "One." }).waitFor();
  await workbench.until("it is recorded", async () => fs.readdirSync(path.join(workbench.home, "data/drafts")).length > 0);
  const killed = engine(workbench);
  process.kill(killed, "SIGKILL");
  await chat.getByTestId("stop-reason").waitFor();
  await chat.locator("[data-busy=false]").waitFor();
  const notice = await chat.getByTestId("stop-reason").innerText();
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
  const first = await workbench.openChat();
  await say(first, "Share this");
  await first.locator(".answer", { hasText: "First half." }).waitFor();
  const window = await workbench.another();
  await window.load();
  await window.openChat();
  await window.command("sessiond: Open Session…");
  const row = window.page.locator(".quick-input-list .monaco-list-row", { hasText: "Share this" }).first();
  await row.waitFor();
  await row.click();
  const second = await window.openChat();
  await second.locator(".answer", { hasText: "First half." }).waitFor();
  workbench.go("both-look");
  await Promise.all([first, second].map((chat) => chat.getByTestId("permission").waitFor()));
  await second.getByTestId("allow-once").click();
  await Promise.all([first, second].map((chat) => answered(chat, "Second half.")));
  const gone = await first.getByTestId("permission").count();
  await say(second, "From the second");
  await Promise.all([first, second].map((chat) => answered(chat, "Both see it.")));
  await window.picture("second");
  return { gone, first: await said(first), second: await said(second) };
}

function engine(workbench) {
  return JSON.parse(fs.readFileSync(path.join(workbench.home, "data/engine.lock"), "utf8")).pid;
}

/** All that was said, in its order: nothing is lost, nothing is there twice. */
function said(chat) {
  return chat.locator(".prompt-text, .answer .markdown").allInnerTexts();
}
