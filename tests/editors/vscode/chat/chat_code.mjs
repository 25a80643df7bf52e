// What test_chat_code.py does in the workbench; each function is one test's part of it.
import { answered, say } from "../../../support/vscode/chat.mjs";

/** The block of an answer is copied, put in at the cursor of the open file, and applied to the lines that it is like; another file stays open. */
export async function uses(workbench, { file, other }) {
  const chat = await workbench.openChat();
  await say(chat, "How?");
  await answered(chat, "Like so");
  await workbench.open(file);
  await workbench.page.keyboard.press("Control+Home");
  await chat.locator("[data-code=copy]").click();
  const copied = await workbench.until("it is copied", () => workbench.page.evaluate(() => navigator.clipboard.readText()));
  await chat.locator("[data-code=insert]").click();
  const lines = workbench.page.locator(".editor-instance .view-line");
  await workbench.until("it is put in", async () => (await lines.count()) === 5);
  const inserted = await texts(lines);
  await workbench.page.locator(".monaco-editor.focused").waitFor(); // a moment later
  await workbench.page.keyboard.press("Control+z");
  await workbench.until("it is taken back", async () => (await lines.count()) === 4);
  await chat.locator("[data-code=apply]").click();
  await workbench.page.locator(".monaco-diff-editor .view-line", { hasText: "old" }).first().waitFor();
  const apply = workbench.page.locator(".notifications-toasts .monaco-button", { hasText: "Apply" }).first();
  await apply.hover(); // once it has come to rest
  await workbench.picture("apply");
  const tabs = workbench.page.locator(".tabs-container .tab");
  await tabs.filter({ hasText: "with the code" }).dblclick(); // it keeps its tab
  await workbench.open(other);
  await apply.click();
  await tabs.filter({ hasText: "with the code" }).waitFor({ state: "detached" });
  const others = await tabs.filter({ hasText: other }).count();
  await workbench.until("it is applied", async () => (await lines.count()) === 3);
  const applied = await texts(lines);
  await workbench.page.keyboard.press("Control+z");
  await workbench.until("it is taken back", async () => (await lines.count()) === 4);
  await chat.locator("[data-code=apply]").click();
  await apply.waitFor();
  await workbench.command("Notifications: Clear All Notifications");
  await workbench.page.locator('.editor-actions a[aria-label="Apply the Code"]').click();
  await workbench.until("it is applied later", async () => (await lines.count()) === 3);
  return { copied, inserted, applied, others, appliedLater: await texts(lines) };
}

/** An image is pasted, seen as a chip, and sent. */
export async function pastes(workbench, { image }) {
  const chat = await workbench.openChat();
  await chat.locator("[data-engine=ready]").waitFor();
  await chat.getByTestId("prompt").evaluate((box, base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], "dot.png", { type: "image/png" }));
    box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, image);
  const chip = await chat.locator(".prompt .chip").innerText();
  await workbench.picture("image");
  const findings = await workbench.accessibility(chat);
  await say(chat, "What is it?");
  await answered(chat, "A dot.");
  return { chip, findings, sent: await chat.locator(".bubble .chip img").getAttribute("src"), left: await chat.locator(".prompt .chip").count() };
}

/** A server's question is filled in as a form. */
export async function asks(workbench) {
  const chat = await workbench.openChat();
  await workbench.until("the server is there", async () => {
    const before = await chat.locator(".answer").count();
    await say(chat, "Book it");
    await chat.locator(".answer").nth(before).waitFor();
    await chat.locator("[data-testid=question], [data-busy=false]").first().waitFor();
    return chat.getByTestId("question").count();
  });
  await workbench.picture("question");
  const findings = await workbench.accessibility(chat);
  await chat.getByLabel("Town").selectOption("k");
  await chat.getByLabel("people").fill("3");
  await chat.getByLabel("vegan").check();
  await chat.getByRole("button", { name: "Send" }).click();
  await answered(chat, "Booked.");
  await chat.getByTestId("tool").last().locator("summary").click(); // what the server was told
  return { findings, output: await chat.locator(".tool .output").last().innerText() };
}

/** The chat is in the secondary side bar, beside the explorer. */
export async function moves(workbench) {
  await workbench.page.locator('.activitybar a.action-label[aria-label*="sessiond"]').first().waitFor();
  await workbench.command("sessiond: Focus on the Chat");
  const chat = await workbench.waitForChat();
  await say(chat, "Where?");
  await answered(chat, "Over there.");
  await workbench.picture("secondary");
  const frame = await (await chat.parentFrame()).frameElement();
  const bar = await workbench.page.locator(".part.auxiliarybar").boundingBox();
  return (await frame.boundingBox()).x >= bar.x;
}

/** Lines come in any order. */
async function texts(lines) {
  const found = await lines.evaluateAll((nodes) => nodes.map((node) => [parseFloat(node.style.top), node.textContent.replace(/\u00a0/g, " ")]));
  return found.sort(([a], [b]) => a - b).map(([, text]) => text);
}
