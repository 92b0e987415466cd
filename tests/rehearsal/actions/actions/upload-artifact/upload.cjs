/** https://github.com/actions/upload-artifact: an artifact of one folder is rooted there, one of one file holds it alone. */
const { existsSync, readdirSync, readFileSync, statSync } = require("node:fs");
const { basename, join, relative } = require("node:path");

const { env } = process;
const given = (name) => env[`INPUT_${name.toUpperCase()}`] ?? "";

function filesOf(path) {
  if (statSync(path).isFile()) return { [basename(path)]: readFileSync(path).toString("base64") };
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [relative(path, file), readFileSync(file).toString("base64")];
    }),
  );
}

async function main() {
  const [name, path] = [given("name"), join(env.GITHUB_WORKSPACE, given("path"))];
  if (!existsSync(path)) {
    const message = `No files were found with the provided path: ${given("path")}. No artifacts will be uploaded.`;
    const level = given("if-no-files-found");
    if (level !== "ignore") console.log(`::${level === "error" ? "error" : "warning"}::${message}`);
    process.exitCode = level === "error" ? 1 : 0;
    return;
  }
  const answer = await fetch(
    `${env.ACTIONS_RESULTS_URL}/artifacts/${env.GITHUB_RUN_ID}/${name}?overwrite=${given("overwrite")}`,
    {
      method: "PUT",
      headers: { authorization: `Bearer ${env.ACTIONS_RUNTIME_TOKEN}` },
      body: JSON.stringify(filesOf(path)),
    },
  );
  if (answer.ok) console.log(`Artifact ${name} has been successfully uploaded!`);
  else {
    const { message } = await answer.json();
    console.log(
      `::error::Failed to CreateArtifact: Received non-retryable error: Failed request: (${answer.status}) ${message}`,
    );
    process.exitCode = 1;
  }
}

main();
