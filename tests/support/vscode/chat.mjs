// What scripts do in the chat's frame: they say something, and wait until it is answered.

/** Into the prompt box, and sent. */
export async function say(chat, text) {
  await chat.locator("[data-engine=ready]").waitFor();
  await chat.getByTestId("prompt").fill(text);
  await chat.getByTestId("prompt").press("Enter");
}

/** An answer with this text is there, or any, and the turn has ended. */
export async function answered(chat, text) {
  await chat.locator(".answer", { hasText: text }).last().waitFor();
  await chat.locator("[data-busy=false]").waitFor();
}
