// What __main__.py measures in the workbench: traces of the browser as figures of frames (trace.mjs), and memory.
import { drawn, seen, streams, watch } from "../../../tests/editors/vscode/speed.mjs";
import { traced } from "./trace.mjs";

/** An answer while it streams. */
export async function frames(workbench, { last, trace }) {
  await settled(workbench);
  const { result, figures } = await traced(workbench, trace, () => streams(workbench, { last }));
  return { ...figures, gap: result.page.gaps };
}

/** The conversation that is told first, opened by another session's window; `first`: until some of it is there. */
export async function opened(workbench, { last, trace }) {
  let chat = await settled(workbench);
  await streams(workbench, { last });
  await workbench.command("sessiond: New Session");
  await chat.getByTestId("empty").waitFor();
  await workbench.command("sessiond: Open Session…");
  const row = workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "Say much" }).first();
  await row.waitFor();
  await watch(chat);
  const { result, figures } = await traced(workbench, trace, async () => {
    const first = chat.evaluate(firstPaint);
    await row.click();
    await chat.evaluate(drawn, last);
    return { first: await first, ...(await seen(chat)) };
  });
  return { ...figures, gap: result.gaps, first: result.first };
}

/** What no page can do without: as much text, as fast, in plain paragraphs of a page of its own. */
export async function floor(workbench, { text, size, trace }) {
  const page = await workbench.context.newPage();
  await page.setViewportSize({ width: 300, height: 640 });
  await watch(page);
  const { figures } = await traced({ page, context: workbench.context }, trace, () =>
    page.evaluate(
      ([text, count]) =>
        new Promise((resolve) => {
          document.body.style = "height: 600px; overflow: auto";
          let said = 0;
          const begun = performance.now();
          const say = (now) => {
            for (; said < count && said < ((now - begun) / 1_000) * 200; said += 1)
              document.body.append(Object.assign(document.createElement("p"), { textContent: text }));
            document.body.scrollTo({ top: document.body.scrollHeight });
            if (said < count) requestAnimationFrame(say);
            else resolve();
          };
          requestAnimationFrame(say);
        }),
      [text, size / text.length],
    ),
  );
  return { ...figures, gap: (await seen(page)).gaps };
}

/** After each of so many answers, once what nobody needs is gone. */
export async function memory(workbench, { last, answers }) {
  const chat = await settled(workbench);
  const inspector = await workbench.context.newCDPSession(workbench.page);
  await inspector.send("Performance.enable");
  const used = [];
  for (let answer = 0; answer < answers; answer += 1) {
    if (answer) await workbench.command("sessiond: New Session");
    if (answer) await chat.getByTestId("empty").waitFor();
    await streams(workbench, { last });
    await inspector.send("HeapProfiler.collectGarbage");
    const { metrics } = await inspector.send("Performance.getMetrics");
    const of = (wanted) => metrics.find(({ name }) => name === wanted).value;
    used.push({ heap: of("JSHeapUsedSize"), nodes: of("Nodes") });
  }
  return used;
}

/** Extensions of the workbench begin as well. */
async function settled(workbench) {
  const chat = await workbench.openChat();
  await workbench.page.waitForTimeout(3_000);
  return chat;
}

/** Milliseconds until a message is there and its frame is over. */
function firstPaint() {
  const begun = performance.now();
  return new Promise((resolve) => {
    const look = () =>
      document.querySelector(".message")
        ? requestAnimationFrame(() => resolve(performance.now() - begun))
        : requestAnimationFrame(look);
    look();
  });
}
