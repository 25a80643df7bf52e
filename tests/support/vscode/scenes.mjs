// Scenes of the extension in a real workbench: test_looks.py judges them, and `documents` takes the pictures of scenes.py.
import { say } from "./chat.mjs";
import { openTree, rowSays, unfold } from "./tree.mjs";

/** A turn that changes the file, which is open beside it, and asks for leave; the next prompt is being written. */
export async function askingTurn(workbench, { file }) {
  await workbench.open(file);
  const chat = await workbench.openChat();
  await say(chat, "Greet our guests in their own language, please.");
  await chat.getByTestId("permission").waitFor();
  await chat.getByTestId("prompt").fill("And then say it in the changelog");
  await workbench.page.locator(".codelens-decoration").first().waitFor();
  return chat;
}

/** What has changed and what has failed, from its beginning. */
export async function unfoldTools(chat) {
  for (const tool of [2, 4]) await chat.getByTestId("tool").nth(tool).locator("summary").click();
}

export async function scrollTo(chat, place) {
  await chat.locator(".log").evaluate((log, at) => log.scrollTo({ top: at === "end" ? log.scrollHeight : 0 }), place);
}

/** An empty chat with the focus in its prompt box. */
export async function newSession(workbench, chat) {
  await workbench.command("sessiond: New Session");
  await chat.getByTestId("empty").waitFor();
  await chat.locator("[data-testid=prompt]:focus").waitFor();
}

/** Sessions one after another, each with its first prompt as its title. */
export async function sessions(workbench, titles) {
  const chat = await workbench.openChat();
  for (const title of titles) {
    if (title !== titles[0]) await newSession(workbench, chat);
    await say(chat, title);
    await chat.locator(".answer").first().waitFor();
  }
  return chat;
}

/** The chat is hidden while a command asks. */
export async function notified(workbench, { prompt, go }) {
  const chat = await workbench.openChat();
  await say(chat, prompt);
  await chat.locator(".answer").last().waitFor();
  await workbench.page.locator('.activitybar a.action-label[aria-label^="Explorer"]').first().click();
  workbench.go(go);
  const toast = workbench.page.locator(".notification-toast", { hasText: "asks:" }).first();
  await toast.waitFor();
  return toast;
}

/** The pictures of the documents, one after another in one window. */
export async function documents(workbench, { file, titles, notification, question }) {
  const { page } = workbench;
  const bar = page.locator(".part.sidebar");
  await newSession(workbench, await sessions(workbench, titles));
  const chat = await askingTurn(workbench, { file });
  await chat.getByTestId("todos").locator("summary").click();
  await workbench.theme("Light Modern");
  await workbench.widen(330);
  await rested(workbench);
  await workbench.picture("light");
  await workbench.theme("Dark Modern");
  await workbench.widen(-330);
  await rested(workbench);
  await workbench.picture("dark");

  await chat.getByTestId("todos").locator("summary").click();
  await workbench.widen(150);
  await rested(workbench);
  await workbench.picture("chat", bar);
  await workbench.widen(-150);

  await chat.getByTestId("allow-once").click();
  await chat.locator("[data-busy=false]").waitFor();
  await unfoldTools(chat);
  await workbench.theme("Dark High Contrast");
  await workbench.widen(150);
  await scrollTo(chat, "beginning");
  await chat.getByTestId("tool").nth(4).scrollIntoViewIfNeeded();
  await rested(workbench);
  await workbench.picture("high-contrast");
  await workbench.widen(-150);
  await workbench.theme("Dark Modern");
  await scrollTo(chat, "end");
  await chat.locator("[data-code=apply]").last().click();
  const apply = page.locator(".notifications-toasts .monaco-button", { hasText: "Apply" }).first();
  await apply.hover();
  await workbench.picture("apply");
  await page.locator(".notifications-toasts .monaco-button", { hasText: "Discard" }).first().click();
  await page.locator(".monaco-diff-editor").waitFor({ state: "detached" });

  await newSession(workbench, chat);
  const toast = await notified(workbench, notification);
  await rested(workbench);
  await workbench.picture("notification", toast);

  await workbench.openChat();
  await openTree(workbench);
  await rowSays(workbench, notification.prompt, "waits for you");
  await unfold(workbench, "Chat", false);
  await workbench.widen(60);
  await rested(workbench);
  await workbench.picture("sessions", bar, 260);
  await unfold(workbench, "Chat", true);
  await unfold(workbench, "Sessions", false);

  await newSession(workbench, await workbench.waitForChat());
  await say(chat, question);
  await chat.getByTestId("question").waitFor();
  await chat.getByTestId("tool").last().locator("summary").click();
  await rested(workbench);
  await workbench.picture("question", bar);
}

/** Nothing is under the pointer, and what fades in has done so. */
async function rested(workbench) {
  await workbench.page.mouse.move(1_000, 640);
  await workbench.page.waitForTimeout(500);
}
