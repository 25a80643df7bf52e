// In the extension host: runs the mocha files that host.json in the home names, and writes what became of each test beside it.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

exports.run = async function run() {
  const { modules, files } = JSON.parse(fs.readFileSync(path.join(os.homedir(), "host.json"), "utf8"));
  const { default: Mocha } = await import(path.join(modules, "mocha/index.js"));
  const mocha = new Mocha({ ui: "bdd", timeout: 20_000, reporter: function none() {} });
  for (const file of files) mocha.addFile(file);
  const outcomes = {};
  await new Promise((resolve) => {
    mocha
      .run(resolve)
      .on("pass", (test) => (outcomes[test.fullTitle()] = "passed"))
      .on("fail", (test, error) => (outcomes[test.fullTitle()] = String(error.stack ?? error)));
  });
  fs.writeFileSync(path.join(os.homedir(), "host-outcomes.json"), JSON.stringify(outcomes));
};
