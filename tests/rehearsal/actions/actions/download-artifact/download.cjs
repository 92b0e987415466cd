/** https://github.com/actions/download-artifact: each artifact into a folder of its own, or all into one. */
const { mkdirSync, writeFileSync } = require("node:fs");
const { dirname, join, matchesGlob } = require("node:path");

const { env } = process;
const given = (name) => env[`INPUT_${name.toUpperCase()}`] ?? "";

async function ask(path) {
  const answer = await fetch(`${env.ACTIONS_RESULTS_URL}/artifacts/${env.GITHUB_RUN_ID}${path}`, {
    headers: { authorization: `Bearer ${env.ACTIONS_RUNTIME_TOKEN}` },
  });
  return answer.json();
}

async function main() {
  const { names } = await ask("");
  const wanted = names.filter((name) => matchesGlob(name, given("pattern")));
  for (const name of wanted) {
    const folder = given("merge-multiple") === "true" ? given("path") : join(given("path"), name);
    for (const [path, content] of Object.entries(await ask(`/${name}`))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), Buffer.from(content, "base64"));
    }
  }
  console.log(`Total of ${wanted.length} artifact(s) downloaded`);
}

main();
