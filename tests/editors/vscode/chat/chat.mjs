// What test_chat.py does in the workbench; each function is one test's part of it.
import { answered, say } from "../../../support/vscode/chat.mjs";

export async function opens(workbench) {
  const chat = await workbench.openChat();
  await chat.locator("[data-engine=ready]").waitFor();
  await chat.getByTestId("empty").waitFor();
  await workbench.picture("empty");
  return { outside: [...workbench.outside], engine: "ready", findings: await workbench.accessibility(chat) };
}

export async function answers(workbench) {
  let chat = await workbench.openChat();
  await say(chat, "What does hello.py do?");
  await chat.getByTestId("permission").waitFor();
  await workbench.picture("permission");
  const asking = await workbench.accessibility(chat);
  await chat.getByRole("button", { name: "Open in the diff editor" }).click();
  const wouldBe = workbench.page.locator(".tab", { hasText: "as it would be" });
  const proposed = await wouldBe.innerText();
  await chat.getByTestId("allow-once").click();
  await answered(chat, "once");
  await wouldBe.waitFor({ state: "detached" });
  const tools = await chat.getByTestId("tool").evaluateAll((cards) => cards.map((card) => [card.querySelector(".tool-verb").textContent, card.dataset.status]));
  const findings = await workbench.accessibility(chat);
  await workbench.picture("answer");
  await chat.getByTestId("tool").nth(1).locator("summary").click();
  await chat.getByTitle("Open in the diff editor").click();
  await workbench.page.locator(".monaco-diff-editor .view-line", { hasText: "Hi" }).first().waitFor();
  const diff = (await workbench.page.locator(".tab.active").textContent()).split(" ")[0];
  await workbench.picture("diff");
  await chat.getByTestId("tool").nth(1).locator("summary").click();
  const beforeReload = await conversation(chat);
  await chat.getByTestId("prompt").fill("not sent yet");
  await workbench.page.waitForTimeout(500);
  await workbench.reload();
  chat = await workbench.openChat();
  await answered(chat, "once");
  return {
    tools, proposed: proposed.trim(), diff, findings: [...asking, ...findings], beforeReload,
    place: await chat.locator(".markdown li a").getAttribute("href"),
    bold: await chat.locator(".markdown strong").textContent(),
    rows: await chat.locator(".markdown tr").count(),
    code: (await chat.locator(".code code").textContent()).trimEnd(),
    afterReload: await conversation(chat),
    draft: await chat.getByTestId("prompt").inputValue(),
  };
}

/** Two prompts: one is refused with a reason, the other allowed always, so that a third one does not ask. */
export async function permissions(workbench) {
  const chat = await workbench.openChat();
  await say(chat, "Run it");
  await chat.getByTestId("reject-reason").click();
  await chat.locator("#reason").fill("Say it first");
  await workbench.picture("reason");
  await chat.locator("#reason").press("Enter");
  await answered(chat, "I say it");
  const refused = await chat.getByTestId("tool").last().getAttribute("data-status");
  await say(chat, "Run it again");
  const rule = await chat.locator(".rule").innerText();
  await chat.getByTestId("allow-always").click();
  await answered(chat, "It ran");
  await say(chat, "And a third time");
  await workbench.until("a third run", async () => (await chat.getByTestId("tool").count()) === 3);
  await chat.locator("[data-busy=false]").waitFor();
  return { refused, rule, statuses: await statuses(chat), output: (await chat.locator(".tool .output").last().textContent()).split("\n")[0] };
}

/** Of a long output the end is seen, while it grows and when it is unfolded again; a plan is a list; a diff has two colours. */
export async function unfolds(workbench, { themes }) {
  const chat = await workbench.openChat();
  await say(chat, "Count");
  await chat.getByTestId("allow-once").click();
  const [plan, counted] = [0, 1].map((index) => chat.getByTestId("tool").nth(index));
  const output = counted.locator(".output");
  const atEnd = (text) => workbench.until(`the end, ${text}`, () => output.evaluate((pre, last) => pre.textContent.trimEnd().endsWith(last) && pre.scrollTop > 0 && pre.scrollHeight - pre.clientHeight - pre.scrollTop < 2, text));
  const seen = [await atEnd("200")];
  workbench.go("project/further");
  seen.push(await atEnd("300"));
  workbench.go("project/on");
  await answered(chat, "Counted.");
  await workbench.until("folded", async () => !(await counted.evaluate((card) => card.open)));
  await counted.locator("summary").click();
  seen.push(await atEnd("400\n(exit code 0)"));
  await plan.locator("summary").click();
  const todos = await plan.locator("li").allInnerTexts();
  const left = await plan.locator("pre, dl").count();
  await workbench.picture("unfolded");
  await chat.locator(".hljs-addition").scrollIntoViewIfNeeded();
  const findings = [];
  const colours = {};
  for (const theme of themes) {
    await workbench.theme(theme);
    const [added, removed] = await Promise.all(["addition", "deletion"].map((kind) => chat.locator(`.hljs-${kind}`).evaluate((line) => getComputedStyle(line).color)));
    colours[theme] = added !== removed;
    findings.push(...(await workbench.accessibility(chat)));
    await workbench.picture(theme);
  }
  return { seen, todos: todos.map((text) => text.trim().replace(/\s+/g, " ")), left, colours, findings };
}

/** A turn that does not end by itself: prompts wait behind it, one is changed, one withdrawn, and it is stopped by a key. */
export async function stops(workbench) {
  const chat = await workbench.openChat();
  await say(chat, "Count for ever");
  await chat.locator(".answer", { hasText: "One, two" }).waitFor();
  await say(chat, "then this");
  await say(chat, "and that");
  await workbench.until("two that wait", async () => (await chat.getByTestId("queued").count()) === 2);
  const findings = await workbench.accessibility(chat);
  await workbench.picture("queue");
  await chat.getByTestId("queued").last().getByTitle("Withdraw").click();
  await chat.getByTestId("queued").first().getByTitle("Change").click();
  const field = chat.locator("textarea.waiting-text");
  await field.fill("not that");
  await field.press("Escape");
  await chat.locator("span.waiting-text", { hasText: "then this" }).waitFor();
  await chat.getByTestId("queued").first().getByTitle("Change").click();
  await field.fill("then that");
  await field.press("Shift+Enter");
  await field.pressSequentially("  and more");
  await field.press("Enter");
  await chat.locator("span.waiting-text", { hasText: "then that" }).waitFor();
  const changed = await chat.locator("span.waiting-text").getAttribute("title");
  await chat.locator(".log").focus();
  await workbench.page.keyboard.press("Escape");
  await chat.locator("[data-busy=false]").waitFor();
  const held = await chat.locator(".queue .notice").innerText();
  await chat.getByTestId("queued").first().getByTitle("Withdraw").click();
  await chat.getByTestId("queued").waitFor({ state: "detached" });
  return { findings, changed, stopped: await chat.getByTestId("stop-reason").innerText(), held: held.split("\n")[0].slice(0, 15) };
}

/** Another view is shown while a turn goes on; and the panel shows all of it when it is there again. */
export async function hides(workbench) {
  let chat = await workbench.openChat();
  await say(chat, "Begin");
  await chat.locator(".answer", { hasText: "First half." }).waitFor();
  await workbench.page.locator('.activitybar a.action-label[aria-label*="Explorer"]').first().click();
  await workbench.until("the chat is away", async () => !(await workbench.chatFrame()));
  workbench.go("second-half");
  await workbench.page.waitForTimeout(500);
  chat = await workbench.openChat();
  await answered(chat, "Second half.");
  return chat.locator(".answer .markdown").last().innerText();
}

/** How long it took is known exactly only to a window that was there. */
async function conversation(chat) {
  return (await chat.locator(".log-content").innerText()).replace(/\n(over )?[\d.]+ s/g, "");
}

function statuses(chat) {
  return chat.getByTestId("tool").evaluateAll((cards) => cards.map((card) => card.dataset.status));
}
