// What test_keyboard.py does in the workbench: nothing is clicked.

export async function works(workbench) {
  const { page } = workbench;
  const { keyboard } = page;
  await page.locator('.statusbar-item[id*="sessiond"]').first().waitFor();
  await keyboard.press("Control+p");
  await page.locator(".quick-input-widget input:focus").waitFor();
  await keyboard.type("notes.txt");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "notes.txt" }).first().waitFor();
  await keyboard.press("Enter");
  await page.locator(".monaco-editor.focused").waitFor();
  await keyboard.press("Control+Alt+J");
  const chat = await workbench.waitForChat();
  await chat.locator("[data-engine=ready]").waitFor();
  const at = (name) => workbench.until(`the focus at ${name}`, async () => (await focused(chat)) === name && name);
  const opened = await at("Prompt");
  await chat.evaluate(listen);

  await keyboard.type("Make it");
  await keyboard.press("Enter");
  await chat.getByTestId("permission").waitFor();
  await backTo(workbench, chat, "Allow once");
  await workbench.picture("permission");
  await keyboard.press("Enter");
  await chat.getByTestId("permission").waitFor({ state: "detached" });
  const answered = await at("Prompt");
  await chat.locator("[data-busy=false]").waitFor();

  await backTo(workbench, chat, /^Run/);
  const open = () => chat.getByTestId("tool").evaluate((card) => card.open);
  const folded = [];
  for (let count = 0; count < 2; count += 1) {
    const before = await open();
    await keyboard.press("Enter");
    await workbench.until("folded or unfolded", async () => (await open()) !== before);
    folded.push(!before);
    if (!before) await workbench.picture("unfolded");
  }

  await keyboard.press("Control+Alt+J");
  await at("Prompt");
  await keyboard.type("Count");
  await keyboard.press("Enter");
  await chat.locator(".answer", { hasText: "One, two" }).waitFor();
  await keyboard.type("then this");
  await keyboard.press("Enter");
  await keyboard.type("look here");
  await keyboard.press("Alt+Enter");
  await workbench.until("two that wait", async () => (await chat.getByTestId("queued").count()) === 2);
  await backTo(workbench, chat, "Change");
  await backTo(workbench, chat, "Change");
  await keyboard.press("Enter");
  await at("Prompt that waits");
  await keyboard.press("End"); // not Control+A, which the workbench does some time later
  await keyboard.press("Shift+Home");
  await keyboard.type("then that");
  await workbench.picture("changes");
  await keyboard.press("Enter");
  const changed = await at("Change");
  await chat.locator("span.waiting-text", { hasText: "then that" }).waitFor();
  const queue = (await chat.getByTestId("queued").allInnerTexts()).map((text) => text.trim().replace(/\s*\n\s*/, ": "));

  await keyboard.press("Control+Alt+J");
  await at("Prompt");
  await keyboard.press("Escape");
  await chat.locator("[data-busy=false]").waitFor();
  const stopped = await focused(chat);
  const withdrawn = [];
  for (const left of [1, 0]) {
    await (left ? backTo : forthTo)(workbench, chat, "Withdraw");
    await keyboard.press("Enter");
    await workbench.until(`${left} that wait`, async () => (await chat.getByTestId("queued").count()) === left);
    withdrawn.push(await at(left ? "Change" : "Prompt"));
  }

  await keyboard.type("Fail");
  await keyboard.press("Enter");
  await chat.getByTestId("error").waitFor();
  await chat.locator("[data-busy=false]").waitFor();
  const said = await chat.evaluate(() => globalThis.said);

  const models = await chooseModel(workbench, chat);
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await at("Prompt");
  const again = await chooseModel(workbench, chat);
  await workbench.picture("models");
  await keyboard.press("Escape");
  const chosen = await at("Prompt");

  // Again, where the list that has gone gives the focus back a moment later.
  const editor = await workbench.until("the focus in the editor", async () => {
    await keyboard.press("Control+1");
    return (await page.locator(".monaco-editor.focused").count()) === 1;
  });
  await keyboard.press("Control+Alt+J");
  return { opened, answered, folded, changed, queue, stopped, withdrawn, models, again, chosen, editor, back: await at("Prompt"), said };
}

async function chooseModel(workbench, chat) {
  await forthTo(workbench, chat, /^Model:/);
  await workbench.page.keyboard.press("Enter");
  const list = workbench.page.locator(".quick-input-list .monaco-list-row");
  await list.nth(1).waitFor();
  await workbench.page.locator(".quick-input-widget input:focus").waitFor();
  return list.evaluateAll((rows) =>
    rows.map((row) => {
      const name = row.querySelector(".label-name").textContent.trim();
      const separator = row.querySelector(".quick-input-list-separator");
      const group = separator?.checkVisibility() && separator.textContent.trim(); // a row that was another's has its text
      return group ? `${group}: ${name}` : name;
    }),
  );
}

function backTo(workbench, chat, name) {
  return pressUntil(workbench, chat, "Shift+Tab", name);
}

function forthTo(workbench, chat, name) {
  return pressUntil(workbench, chat, "Tab", name);
}

async function pressUntil({ page }, chat, key, name) {
  for (let count = 0; count < 30; count += 1) {
    await page.keyboard.press(key);
    const at = await focused(chat);
    if (typeof name === "string" ? at === name : name.test(at)) return;
  }
  throw new Error(`${key} does not lead to ${name}`);
}

/** What has the focus, as it is called. */
function focused(chat) {
  return chat.evaluate(() => {
    const { activeElement: element } = document;
    if (element === document.body || !document.hasFocus()) return "nothing";
    return element.getAttribute("aria-label") ?? element.textContent.trim();
  });
}

/** Keeps all that is said in the live region. */
function listen() {
  globalThis.said = [];
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) globalThis.said.push(...[...addedNodes].map((node) => node.textContent.trim()));
  }).observe(document.getElementById("announcements"), { childList: true });
}
