// What test_speed.py measures in the workbench: frames of the chat's page and of the workbench while a long answer streams.

export async function streams(workbench, { last }) {
  const chat = await workbench.openChat();
  await chat.locator("[data-engine=ready]").waitFor();
  await watch(chat);
  await watch(workbench.page);
  await chat.getByTestId("prompt").fill("Say much");
  await chat.getByTestId("prompt").press("Enter");
  await chat.evaluate(turnEnded);
  await chat.evaluate(drawn, last);
  const length = await chat.evaluate(() => document.querySelector(".markdown").textContent.length);
  return { drawn: length, page: await seen(chat), workbench: await seen(workbench.page), atEnd: await chat.locator(".log").evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop < 5) };
}

/** What became of one table, and of what stands behind it. */
export async function tables(workbench, { last }) {
  await streams(workbench, { last });
  return (await workbench.openChat()).evaluate(() => {
    const texts = (selector, within = document) => [...within.querySelectorAll(selector)].map((element) => element.textContent);
    const heads = [...document.querySelectorAll(".table thead")].map((head) => texts("th", head));
    return { heads, rows: document.querySelectorAll(".table tbody tr").length, behind: texts(".table ~ p") };
  });
}

/** Resolves once the last text that ends so is drawn; looks seldom, since to look is work for the page, too. */
export function drawn(text) {
  return new Promise((resolve) => {
    const ended = () => [...document.querySelectorAll(".markdown")].at(-1)?.lastElementChild?.previousElementSibling?.textContent.trim().endsWith(text);
    const timer = setInterval(() => ended() && resolve(clearInterval(timer)), 100);
  });
}

/** The first turn of the window. Lists that the page keeps itself: to search it is work for it, too. */
function turnEnded() {
  const [answers, ends] = ["answer", "turn-end"].map((name) => document.getElementsByClassName(name));
  return new Promise((resolve) => {
    const timer = setInterval(() => answers.length && ends.length && resolve(clearInterval(timer)), 100);
  });
}

/** Gaps between frames, and how long the page's own work in each frame takes. */
export function watch(place) {
  return place.evaluate(() => {
    const ask = window.requestAnimationFrame.bind(window);
    const seen = (window.seen = { gaps: [], work: [] });
    window.requestAnimationFrame = (take) =>
      ask((at) => {
        const begun = performance.now();
        take(at);
        seen.work.push(performance.now() - begun);
      });
    let last = performance.now();
    const tick = () => {
      const now = performance.now();
      seen.gaps.push(now - last);
      last = now;
      ask(tick);
    };
    ask(tick);
  });
}

export function seen(place) {
  return place.evaluate(() => {
    const of = (list) => {
      const sorted = [...list].sort((a, b) => a - b);
      const at = (share) => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10;
      return { frames: sorted.length, p95: at(0.95), worst: at(1) };
    };
    return { gaps: of(window.seen.gaps), work: of(window.seen.work) };
  });
}
