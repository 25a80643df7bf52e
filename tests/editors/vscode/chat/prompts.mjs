// What test_prompts.py does in the workbench; each function is one test's part of it.
import fs from "node:fs";
import path from "node:path";
import { answered, say } from "../../../support/vscode/chat.mjs";
import { newSession } from "../../../support/vscode/scenes.mjs";
import { openTree, row, rows } from "../../../support/vscode/tree.mjs";

/** The first two prompts of a conversation, one right behind the other. */
export async function hurries(workbench) {
  const chat = await workbench.openChat();
  await openTree(workbench);
  await say(chat, "First this");
  await say(chat, "Then that");
  await chat.locator(".answer").nth(1).waitFor();
  await chat.locator("[data-busy=false]").waitFor();
  await workbench.until("its row", async () => (await rows(workbench)).length);
  return { said: await chat.locator(".prompt-text").allInnerTexts(), sessions: (await rows(workbench)).length };
}

/** A prompt with a selection is said differently, in another session, and the selection goes with it again. */
export async function repeats(workbench, { file }) {
  const chat = await workbench.openChat();
  await workbench.open(file);
  await workbench.page.keyboard.press("Control+a");
  await workbench.command("sessiond: Add Selection to the Prompt");
  const chip = await chat.locator(".prompt .chip").innerText();
  await say(chat, "What is this?");
  await answered(chat, "A file.");
  const shown = { text: await chat.locator(".prompt-text").innerText(), piece: await chat.getByTestId("piece").locator("summary").innerText() };
  await chat.getByTestId("piece").locator("summary").click();
  const piece = await chat.getByTestId("piece").locator("pre").innerText();
  await workbench.picture("piece");
  const findings = await workbench.accessibility(chat);
  await chat.locator(".user").hover();
  await chat.getByTitle("Say it differently").click();
  await chat.getByTestId("empty").waitFor();
  await workbench.until("the words are back", async () => (await chat.getByTestId("prompt").inputValue()) === "What is this?");
  const again = await chat.locator(".prompt .chip").allInnerTexts();
  await say(chat, "What is that?");
  await answered(chat, "A file.");
  return { chip, shown, piece, findings, again, pieces: await chat.getByTestId("piece").count() };
}

/** The model's service has no room for a prompt with a selection, which is tried again: once in vain, then not. */
export async function tries(workbench, { file, steps }) {
  const chat = await workbench.openChat();
  await workbench.open(file);
  await workbench.page.keyboard.press("Control+a");
  await workbench.command("sessiond: Add Selection to the Prompt");
  await chat.locator(".prompt .chip").waitFor();
  await say(chat, "What is this?");
  await chat.getByTestId("again").waitFor();
  const findings = await workbench.accessibility(chat);
  await workbench.picture("failed");
  await chat.getByTestId("again").click();
  await workbench.until("a second failure", async () => (await chat.getByTestId("error").count()) === 2);
  await chat.locator("[data-busy=false]").waitFor();
  await chat.getByTestId("again").waitFor();
  const offered = await chat.getByTestId("again").count();
  fs.writeFileSync(steps, `${JSON.stringify({ text: "A file." })}\n`);
  await workbench.reload();
  const reloaded = await workbench.openChat();
  await reloaded.getByTestId("again").click();
  await answered(reloaded, "A file.");
  return {
    findings, offered, then: await reloaded.getByTestId("again").count(),
    said: await reloaded.locator(".prompt-text").allInnerTexts(), pieces: await reloaded.getByTestId("piece").locator("summary").allInnerTexts(),
  };
}

/** A reason is being written while another session is looked at. */
export async function reasons(workbench) {
  const chat = await workbench.openChat();
  await say(chat, "Make it");
  await chat.getByTestId("reject-reason").click();
  await chat.locator("#reason").pressSequentially("Not before");
  await newSession(workbench, chat);
  const elsewhere = await chat.locator("#reason").count();
  await openTree(workbench);
  await row(workbench, "Make it").click();
  await chat.locator("#reason").waitFor();
  const reason = await chat.locator("#reason").inputValue();
  await chat.locator("#reason").press("End");
  await chat.locator("#reason").pressSequentially(" noon");
  await chat.locator("#reason").press("Enter");
  await answered(chat, "At noon.");
  return { elsewhere, reason };
}

/** A long conversation is read upwards: a page is put before what is read, which stands still. */
export async function readsUp(workbench, { prompts }) {
  let chat = await workbench.openChat();
  for (let count = 1; count <= prompts; count++) {
    await say(chat, `Prompt ${count}.`);
    await chat.locator(".answer").nth(count - 1).waitFor();
    await chat.locator("[data-busy=false]").waitFor();
  }
  await workbench.reload();
  chat = await workbench.openChat();
  const said = chat.locator(".prompt-text");
  await workbench.until("the last page", async () => (await said.last().innerText()) === `Prompt ${prompts}.`);
  const shown = await said.count();
  const read = chat.locator(".prompt-text", { hasText: await said.first().innerText() });
  await chat.locator(".log").evaluate((log) => log.scrollTo({ top: 30 }));
  const before = (await read.boundingBox()).y;
  await workbench.until("the page before", async () => (await said.count()) > shown);
  const still = await workbench.until("it stands still", async () => { const y = (await read.boundingBox()).y; return Math.abs(y - before) < 40; });
  return { shown, then: await said.count(), still };
}

/** `/` offers what the extension can do; it is done however fast it is typed, and the word is gone. */
export async function commands(workbench) {
  const chat = await workbench.openChat();
  await chat.locator("[data-engine=ready]").waitFor();
  await chat.getByTestId("prompt").pressSequentially("/");
  const offered = chat.getByTestId("suggestions").locator("li");
  await offered.first().waitFor();
  const names = await offered.locator("span:nth-of-type(2)").allInnerTexts();
  await workbench.picture("slash");
  await chat.getByTestId("prompt").pressSequentially("mod");
  await chat.getByTestId("prompt").press("Enter");
  const list = workbench.page.locator(".quick-input-widget", { hasText: "Model of this session" });
  await list.waitFor();
  await workbench.until("the word is gone", async () => (await chat.getByTestId("prompt").inputValue()) === "");
  const stays = await list.isVisible();
  await workbench.page.keyboard.press("Escape");
  return { names, stays };
}

/** A prompt is sent while there is no engine; the window is loaded again before there is one. */
export async function waits(workbench) {
  let chat = await workbench.openChat();
  await say(chat, "Begin");
  await answered(chat, "Answer.");
  workbench.go("broken");
  const { pid } = JSON.parse(fs.readFileSync(path.join(workbench.home, "data/engine.lock"), "utf8"));
  for (const process_ of [...linksOf(workbench.home), pid]) process.kill(process_, "SIGKILL");
  await chat.locator("[data-engine=waiting]").waitFor();
  await chat.getByTestId("prompt").fill("It took ten minutes");
  await chat.getByTestId("prompt").press("Enter");
  await chat.getByTestId("sending").waitFor();
  const sending = await chat.getByTestId("sending").innerText();
  await workbench.picture("sending");
  await workbench.until("it is kept", async () => kept(workbench.home).includes("It took ten minutes"));
  await workbench.reload();
  fs.rmSync(path.join(workbench.home, "broken"));
  chat = await workbench.openChat();
  const draft = await workbench.until("it is in the box", () => chat.getByTestId("prompt").inputValue());
  await chat.locator("[data-engine=ready]").waitFor({ timeout: 60_000 });
  await chat.getByTestId("prompt").press("Enter");
  await chat.locator(".prompt-text", { hasText: "It took ten minutes" }).waitFor();
  await chat.locator(".answer").nth(1).waitFor();
  return { sending: sending.trim(), draft };
}

/** The windows' links to the engine. */
function linksOf(home) {
  const read = (pid, name) => { try { return fs.readFileSync(`/proc/${pid}/${name}`, "utf8"); } catch { return ""; } };
  return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)
    .filter((pid) => read(pid, "cmdline").includes("bin/sessiond") && read(pid, "environ").includes(`HOME=${home}\0`));
}

/** All that windows have remembered. */
function kept(home) {
  const place = path.join(home, "vscode/User/globalStorage/sessiond.sessiond");
  return fs.readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), "utf8")).join("\n");
}
