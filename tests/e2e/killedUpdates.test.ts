/**
 * Kills a first deployment repeatedly, each time while Pulumi creates a different resource. In the end, Azure has each resource
 * once, and the state has all of them. Takes minutes and an environment that nothing else works in, so it runs where TARMAC_KILLS
 * says how often, e.g. `TARMAC_KILLS=3`.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stateFolder } from "../../local/layout.ts";
import { setDelays, simulation } from "../../local/stack/simulation.ts";
import { readState, type StackState } from "../../local/stack/stateFile.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { local, pods, start } from "./localStack.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { begin, ended } from "./runProgram.ts";

const name = "e2e-killed";
const kills = Number(process.env.TARMAC_KILLS ?? 0);
/** Takes minutes. */
const whereAsked = kills > 0 ? it : it.skip;
let stack: OwnStack;

/** The current state on disk. Asking Pulumi would take too long. */
function state(): StackState {
  try {
    return readState(join(stateFolder, "pulumi", "state", ".pulumi", "stacks", "tarmac", `${name}.json`));
  } catch {
    // Pulumi is writing the file.
    return { resources: [], pendingOperations: [] };
  }
}

const inventory = async () =>
  ((await simulation("GET", "inventory")) as { resources: { id: string; type: string; managedBy?: string }[] })
    .resources;

const command = async () => [
  ...["run", "--silent", "deploy", "--", name, "--json", "--no-policy", "--no-preflight"],
  ...["--config-file", await stack.writeSettings({})],
];

beforeAll(async () => {
  if (kills === 0) return;
  await start();
  stack = await ownStack(name, { replicas: 1 });
  // Long enough for the test to kill Pulumi.
  await setDelays({ registrySeconds: 3, clusterSeconds: 5 });
});
afterAll(async () => {
  if (kills === 0) return;
  await setDelays({});
  await stack.remove();
});

whereAsked("creates nothing twice and forgets nothing, although updates are killed (TARMAC_KILLS=3)", async () => {
  const before = new Set((await inventory()).map(({ id }) => id));
  const killedAt: string[] = [];
  while (killedAt.length < kills) {
    const update = begin("npm", await command(), { env: { ...stackEnvironment(), GITHUB_STEP_SUMMARY: "" } });
    let over = false;
    void update.end.then(() => (over = true));
    let creating: string | undefined;
    while (creating === undefined && !over) {
      await sleep(5);
      creating = state()
        .pendingOperations.filter(({ type, resource }) => type === "creating" && resource.custom)
        .map(({ resource }) => resource.urn)
        .find((urn) => !killedAt.includes(urn));
    }
    if (creating === undefined) break;
    killedAt.push(creating);
    await update.kill();
  }
  expect(killedAt).toHaveLength(kills);

  const recovered = await ended("npm", await command(), { env: { ...stackEnvironment(), GITHUB_STEP_SUMMARY: "" } });
  expect(recovered.code === 0 ? "deployed" : recovered.stderr).toBe("deployed");
  expect(state().pendingOperations).toEqual([]);
  const known = state().resources.filter(({ type }) => type.startsWith("azure-native:"));
  const ids = known.map(({ id = "" }) => id.toLowerCase());
  expect(known.filter((resource) => resource.delete === true)).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  const made = (await inventory()).filter(({ id }) => !before.has(id));
  // The state does not record what AKS creates for its nodes, and parts of other resources.
  const nodeGroups = made.filter(({ managedBy }) => managedBy !== undefined).map(({ id }) => id.toLowerCase());
  const own = made.map(({ id }) => id.toLowerCase()).filter((id) => !nodeGroups.some((group) => id.startsWith(group)));
  const parts = (id: string) => ids.some((whole) => id.startsWith(`${whole}/`) && !/roleassignments/.test(id));
  expect(own.filter((id) => !ids.includes(id) && !parts(id))).toEqual([]);
  expect((await pods(name)).length).toBe(1);
  const namespaces = await local(
    "kubectl",
    "get",
    "namespaces",
    "--selector",
    `tarmac.dev/stack=${name}`,
    "--output",
    "name",
  );
  expect(namespaces.trim().split("\n")).toHaveLength(1);
  await stack.preview({}, "--expect-no-changes");
});
