// What test_chat_real_model.py does in the workbench: one prompt, and what came of it.
import { say } from "../../../support/vscode/chat.mjs";

export async function talks(workbench) {
  const chat = await workbench.openChat();
  await say(chat, "Say hello.");
  await chat.locator("[data-busy=true]").waitFor();
  await chat.locator("[data-busy=false]").waitFor({ timeout: 240_000 });
  await workbench.picture("real-model");
  return {
    answer: (await chat.locator(".answer .markdown").first().innerText()).length > 0,
    spent: await chat.locator(".turn-end").innerText(),
    errors: await chat.getByTestId("error").count(),
    meter: await chat.getByTestId("meter").innerText(),
  };
}
