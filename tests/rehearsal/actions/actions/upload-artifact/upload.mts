/** https://github.com/actions/upload-artifact: an artifact of a folder has paths relative to it; an artifact of a file has only that file. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";

const { env } = process;
const given = (name: string) => env[`INPUT_${name.toUpperCase()}`] ?? "";

function filesOf(path: string): Record<string, string> {
  if (statSync(path).isFile()) return { [basename(path)]: readFileSync(path).toString("base64") };
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((file) => [relative(path, file), readFileSync(file).toString("base64")]));
}

const [name, path] = [given("name"), join(env.GITHUB_WORKSPACE ?? "", given("path"))];
if (existsSync(path)) {
  const address = `${env.ACTIONS_RESULTS_URL}/artifacts/${env.GITHUB_RUN_ID}/${name}?overwrite=${given("overwrite")}`;
  const answer = await fetch(address, {
    method: "PUT",
    headers: { authorization: `Bearer ${env.ACTIONS_RUNTIME_TOKEN}` },
    body: JSON.stringify(filesOf(path)),
  });
  if (answer.ok) console.log(`Artifact ${name} has been successfully uploaded!`);
  else {
    const { message } = (await answer.json()) as { message: string };
    console.log(
      `::error::Failed to CreateArtifact: Received non-retryable error: Failed request: (${answer.status}) ${message}`,
    );
    process.exitCode = 1;
  }
} else {
  const level = given("if-no-files-found");
  const message = `No files were found with the provided path: ${given("path")}. No artifacts will be uploaded.`;
  if (level !== "ignore") console.log(`::${level === "error" ? "error" : "warning"}::${message}`);
  process.exitCode = level === "error" ? 1 : 0;
}
