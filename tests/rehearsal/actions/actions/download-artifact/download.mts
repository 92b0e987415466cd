/** https://github.com/actions/download-artifact: puts each artifact into its own folder, or all into one. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, matchesGlob } from "node:path";

const { env } = process;
const given = (name: string) => env[`INPUT_${name.toUpperCase()}`] ?? "";

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(`${env.ACTIONS_RESULTS_URL}/artifacts/${env.GITHUB_RUN_ID}${path}`, {
    headers: { authorization: `Bearer ${env.ACTIONS_RUNTIME_TOKEN}` },
  });
  return (await answer.json()) as T;
}

const { names } = await ask<{ names: string[] }>("");
const wanted = names.filter((name) => matchesGlob(name, given("pattern")));
for (const name of wanted) {
  const folder = given("merge-multiple") === "true" ? given("path") : join(given("path"), name);
  for (const [path, content] of Object.entries(await ask<Record<string, string>>(`/${name}`))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), Buffer.from(content, "base64"));
  }
}
console.log(`Total of ${wanted.length} artifact(s) downloaded`);
