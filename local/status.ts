/** `npm run status`: shows which parts of the environment run, and what is deployed to it. */
import { commandLine, main } from "./commandLine.ts";
import { environmentStatus } from "./environment.ts";
import { otherOwner } from "./environmentOwner.ts";
import { stackHasResources, stackOutputs } from "./stack/stack.ts";
import { summary } from "./stack/summary.ts";

const help = `
npm run status [-- --json]

Shows every part of the local environment with its process and memory, and the deployed stack.

  --json       for programs: { parts: [{ name, pid, memory, log }], outputs }
  -h, --help   this text

Exit code: 0 everything runs and the stack is deployed, 1 something is missing, 2 could not check.
`;

await main(async () => {
  const { json } = commandLine(help, { json: { type: "boolean" } });
  const parts = environmentStatus();
  const runs = parts.every(({ pid }) => pid !== undefined);
  const deployed = runs && stackHasResources();
  const outputs = deployed ? stackOutputs() : undefined;
  if (!deployed) process.exitCode = 1;
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ parts, outputs }, undefined, 2)}\n`);
    return;
  }
  const other = otherOwner();
  if (other !== undefined)
    process.stdout.write(`The environment belongs to the checkout ${other.checkout} (since ${other.since}).\n\n`);
  const mebibytes = (bytes = 0) => `${Math.round(bytes / 2 ** 20)} MiB`;
  for (const { name, pid, memory } of parts) {
    const state = pid === undefined ? "stopped" : `process ${pid}`;
    process.stdout.write(
      `  ${name.padEnd(26)}${state.padEnd(18)}${pid === undefined ? "" : mebibytes(memory).padStart(9)}\n`,
    );
  }
  const total = parts.reduce((sum, { memory = 0 }) => sum + memory, 0);
  process.stdout.write(`  ${"together".padEnd(44)}${mebibytes(total).padStart(9)}\n\n`);
  if (outputs !== undefined) process.stdout.write(await summary(outputs));
  else process.stdout.write(runs ? "Nothing is deployed: npm start\n" : "The environment does not run: npm start\n");
});
