// What test_looks.py does in the workbench: one long turn that ends in a question, seen narrow and wide.
import { say } from "../../support/vscode/chat.mjs";

export async function looks(workbench, { theme, file }) {
  await workbench.open(file);
  const chat = await workbench.openChat();
  await say(chat, "Let greet speak more languages, please.");
  await chat.getByTestId("permission").waitFor();
  await chat.getByTestId("prompt").fill("And then write it into the changelog");
  await workbench.page.mouse.move(700, 400);
  const findings = await workbench.accessibility(chat);
  await workbench.picture(`${theme}-narrow`);
  await chat.locator(".log").evaluate((log) => log.scrollTo({ top: 0 }));
  await chat.getByTestId("tool").nth(2).locator("summary").click();
  await chat.getByTestId("tool").nth(3).locator("summary").click();
  await workbench.picture(`${theme}-tools`);
  findings.push(...(await workbench.accessibility(chat)));
  await workbench.widen(420);
  await workbench.page.mouse.move(1_000, 400);
  await chat.getByTestId("todos").locator("summary").click();
  await chat.getByTitle("Go to the newest").click();
  await workbench.picture(`${theme}-wide`);
  await chat.getByTestId("prompt").press("Escape");
  await chat.locator("[data-busy=false]").waitFor();
  return { findings };
}
