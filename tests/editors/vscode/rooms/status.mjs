// What test_status.py does in the workbench: notifications while the panel is hidden, lists about engine and servers, trust, keys.
import { say } from "../../../support/vscode/chat.mjs";

/** The panel is hidden while a call asks: the notification is answered, and then says that the turn is done. */
export async function notified(workbench) {
  const { page } = workbench;
  const chat = await workbench.openChat();
  await say(chat, "Make a folder");
  await chat.locator(".answer", { hasText: "I make it" }).waitFor();
  await explorer(workbench);
  workbench.go("ask-now");
  const asked = toast(workbench, "asks:");
  await asked.waitFor();
  await picture(workbench, "notification-permission");
  const text = (await asked.locator(".notification-list-item-message").innerText()).trim();
  const buttons = await asked.locator(".notification-list-item-buttons-container .monaco-button").allInnerTexts();
  const toasts = await page.locator(".notification-toast").count();
  await asked.getByRole("button", { name: "Allow Once" }).click();
  const done = toast(workbench, "is done after");
  await done.waitFor();
  await picture(workbench, "notification-done");
  await done.getByRole("button", { name: "Show" }).click();
  const shown = await workbench.waitForChat();
  await shown.locator(".answer", { hasText: "It is made." }).waitFor();
  return { text, buttons, toasts };
}

/** A question that is answered in another window: the buttons of the notification do nothing any more. */
export async function late(workbench) {
  const other = await workbench.another();
  await other.load();
  const mine = await workbench.openChat();
  await say(mine, "Make it elsewhere");
  await mine.locator(".answer", { hasText: "I make it" }).waitFor();
  const theirs = await other.openChat();
  await other.command("sessiond: Open Session…");
  await other.page.locator(".quick-input-list .monaco-list-row", { hasText: "Make it elsewhere" }).first().click();
  await explorer(workbench);
  workbench.go("ask-again");
  const asked = toast(workbench, "asks:");
  await asked.waitFor();
  await theirs.getByTestId("allow-once").click();
  await theirs.locator(".answer", { hasText: "It is made." }).waitFor();
  await asked.getByRole("button", { name: "Reject" }).click();
  await workbench.page.locator(".statusbar-item", { hasText: "answered already" }).waitFor();
  return theirs.getByTestId("tool").last().getAttribute("data-status");
}

/** Lists about the engine and its servers, the page of costs; what a project wants is shown, and trusted. */
export async function lists(workbench) {
  const { page } = workbench;
  const chat = await workbench.openChat();
  await say(chat, "Say something");
  await chat.locator(".answer", { hasText: "Something" }).waitFor();
  await chat.locator("[data-busy=false]").waitFor();

  await workbench.command("sessiond: Show the Engine's Status");
  await picked(workbench, "shared by all editors").waitFor();
  const engine = await labels(workbench);
  await picture(workbench, "engine");
  await page.keyboard.press("Escape");

  await workbench.command("sessiond: Show MCP Servers");
  await picked(workbench, "waits for your trust").waitFor();
  await picture(workbench, "servers");
  await page.keyboard.press("Enter");
  await picked(workbench, "Trust all of this").waitFor();
  await picture(workbench, "trust");
  const wants = await labels(workbench);
  await picked(workbench, "Trust all of this").click();
  await toast(workbench, "Trusted.").waitFor();

  await workbench.command("sessiond: Set the API Key of a Provider…");
  await picked(workbench, "anthropic").click();
  const input = page.locator(".quick-input-widget input").first();
  await page.locator(".quick-input-widget input[type=password]").waitFor();
  await picture(workbench, "key");
  await input.fill("sk-test");
  await input.press("Enter");
  await toast(workbench, "is kept in").waitFor();

  await workbench.command("sessiond: Show Tokens and Cost");
  await page.locator(".tab", { hasText: "Tokens and Cost" }).waitFor();
  await page.waitForTimeout(1_500);
  await picture(workbench, "usage");
  await workbench.command("sessiond: Get Started");
  await page.locator(".getting-started-step").first().waitFor();
  await page.waitForTimeout(1_000);
  await picture(workbench, "walkthrough");
  return { shared: engine.some((label) => label.includes("shared by all editors")), client: engine.some((label) => label.includes("vscode")), wants: wants.map((label) => label.split(",")[0].trim()) };
}

/** Once it has faded in. */
async function picture(workbench, name) {
  await workbench.page.waitForTimeout(400);
  await workbench.picture(name);
}

function explorer(workbench) {
  return workbench.page.locator('.activitybar a.action-label[aria-label*="Explorer"]').first().click();
}

function toast(workbench, text) {
  return workbench.page.locator(".notification-toast", { hasText: text }).first();
}

function picked(workbench, text) {
  return workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
}

function labels(workbench) {
  return workbench.page.locator(".quick-input-list .monaco-list-row").evaluateAll((rows) => rows.map((row) => row.getAttribute("aria-label")));
}
