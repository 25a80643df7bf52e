// What scripts do in the tree of sessions and read of it, and of the status bar.

export async function openTree(workbench) {
  await unfold(workbench, "Sessions", true);
}

/** A view of the side bar, by its name. */
export async function unfold(workbench, view, open) {
  const header = workbench.page.locator(".pane-header", { hasText: view }).first();
  if ((await header.getAttribute("aria-expanded")) !== String(open)) await header.click();
}

export function row(workbench, text) {
  return workbench.page.locator(".pane .monaco-list-row[aria-level='2']", { hasText: text }).first();
}

/** As a screen reader says them. */
export async function rows(workbench) {
  const all = workbench.page.locator(".pane .monaco-list-row[aria-level='2']");
  return all.evaluateAll((found) => found.map((each) => each.getAttribute("aria-label")));
}

/** The row of a session says this. */
export async function rowSays(workbench, title, words) {
  return workbench.until(`“${title}” says “${words}”`, async () => (await rows(workbench)).find((label) => label.includes(title) && label.includes(words)));
}

export async function barText(workbench) {
  return (await workbench.page.locator('.statusbar-item[id*="sessiond"]').first().innerText()).trim();
}
