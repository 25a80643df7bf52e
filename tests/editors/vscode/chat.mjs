// What test_chat.py does in the workbench; each function is one test's part of it.

export async function opens(workbench) {
  const chat = await workbench.openChat();
  await chat.locator("[data-engine=ready]").waitFor();
  await workbench.picture("empty");
  return { outside: [...workbench.outside], engine: "ready" };
}
