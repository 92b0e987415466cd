/** Previews the last release's state with today's program: an upgrade replaces nothing and deletes nothing. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { checkoutFolder } from "../../local/layout.ts";
import { configFile, stackEnvironment } from "../../local/stack/stack.ts";
import type { Deployment } from "../releases/portableState.ts";
import { onThisMachine } from "../releases/stateOnThisMachine.ts";
import { start } from "./localStack.ts";
import { run } from "./runProgram.ts";

const stack = ["--stack", "local"];
const releases = join(checkoutFolder, "tests", "releases");

let folder: string;

beforeAll(async () => {
  await start();
  folder = mkdtempSync(join(tmpdir(), "tarmac-e2e-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Preview {
  steps: { op: string; urn: string }[];
}

it("previews the state of the last release without a replacement or a deletion", async () => {
  const recordings = readdirSync(releases).filter((name) => name.endsWith(".json"));
  const file = recordings.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1) ?? "";
  const recorded = JSON.parse(readFileSync(join(releases, file), "utf8")) as Deployment;
  const pulumi = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    run("pulumi", ["--non-interactive", ...args, ...stack], { env });
  const exported = await pulumi(stackEnvironment(), "stack", "export", "--show-secrets");
  const live = JSON.parse(exported) as { version: number; deployment: Deployment };

  // A separate backend, so that the stack itself does not change.
  const env = { ...stackEnvironment(), PULUMI_BACKEND_URL: `file://${folder}?metadata=skip` };
  const project = mkdtempSync(join(folder, "project-"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: tarmac\nruntime: nodejs\n");
  await run("pulumi", ["--non-interactive", "stack", "init", "local", "--no-select"], { env, cwd: project });
  const state = join(folder, "state.json");
  const resources = onThisMachine(recorded.resources, live.deployment.resources);
  writeFileSync(state, JSON.stringify({ ...live, deployment: { ...live.deployment, resources } }), { mode: 0o600 });
  await pulumi(env, "stack", "import", "--file", state);

  // As in the upgrade notes, these settings keep what the release deployed by default.
  const kept = { "tarmac:location": "westeurope", "tarmac:nodeSize": "Standard_D2s_v5" };
  const settings = parse(readFileSync(configFile, "utf8")) as { config: Record<string, unknown> };
  const stackFile = join(project, "Pulumi.local.yaml");
  writeFileSync(stackFile, stringify({ ...settings, config: { ...settings.config, ...kept } }), { mode: 0o600 });
  const { steps } = JSON.parse(
    await pulumi(env, "preview", "--json", "--show-sames", "--config-file", stackFile),
  ) as Preview;
  const done = steps.map(({ op, urn }) => `${op} ${urn.split("::").slice(2).join("::")}`);
  expect(done.filter((step) => /replace|delete/.test(step))).toEqual([]);
  // The state belongs to this stack: the program recognizes its resources and does not create new ones.
  expect(steps.filter(({ op }) => op === "same" || op === "update").length).toBeGreaterThan(
    recorded.resources.length / 2,
  );
});
