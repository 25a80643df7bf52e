/**
 * The focus is never lost: where what had it goes away, it goes to what takes its place, and not to nowhere.
 *
 * What bears `data-keeps-focus` keeps it as long as it stands itself, at what bears `data-home` in it. Else it goes to a card
 * that asks, or to the prompt box.
 */
let last: Element | undefined;
let keepers: HTMLElement[] = [];

export function keepFocus(root: HTMLElement): void {
  document.addEventListener("focusin", ({ target }) => remember(target as Element));
  document.addEventListener("focusout", ({ target }) => queueMicrotask(() => leave(target as Element)));
  new MutationObserver(restore).observe(root, { childList: true, subtree: true });
  // While the user was somewhere else nothing is taken from them.
  window.addEventListener("focus", restore);
}

function remember(element: Element): void {
  last = element;
  keepers = [];
  for (let around = element.parentElement; around; around = around.parentElement)
    if (around.matches("[data-keeps-focus]")) keepers.push(around);
}

/** Of its own accord: what stands still was left for something that takes no focus. */
function leave(element: Element): void {
  if (element === last && element.isConnected && document.activeElement === document.body) last = undefined;
}

function restore(): void {
  if (!last || last.isConnected || !document.hasFocus() || document.activeElement !== document.body) return;
  const keeper = keepers.find(({ isConnected }) => isConnected);
  const home = keeper?.querySelector<HTMLElement>("[data-home]");
  (home ?? document.querySelector<HTMLElement>("section.card[tabindex], .prompt textarea"))?.focus();
}
