/** Leftovers of an interrupted update: operations that it began and whose outcome is unknown. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AzureResources } from "../azure/azureResources.ts";
import { isAzureType, resourceIdOf } from "../azure/resourceIds.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import type { Cli, WorkingCli } from "./pulumiCli.ts";
import { stateOf, type PendingOperation, type State, type StateResource } from "./stackState.ts";
import { titleOf } from "./urn.ts";

const operationsOf = ({ deployment }: State): PendingOperation[] => deployment?.pending_operations ?? [];

/** Type and name of the affected resources. Empty: no update was interrupted. */
export async function pendingOf(cli: Cli, stack: string): Promise<string[]> {
  return operationsOf(await stateOf(cli, stack)).map(({ resource }) => resource.urn.split("::").slice(2).join(" "));
}

export interface Adopting {
  cli: WorkingCli;
  stack: string;
  /** Options that select the stack and its file. */
  target: readonly string[];
  /** Called only if something was being created in Azure. */
  azure: () => Promise<AzureResources>;
  say: (line: string) => void;
  /** Time between checks of what Azure is still creating. Default: 15 seconds. */
  pauseSeconds?: number;
}

/**
 * Adds the resources that actually exist to the state, so that none is created twice or forgotten. Pulumi's own
 * `--clear-pending-creates` would drop pending creations, whether or not the resources exist.
 * @throws CouldNotRun if it is unknown whether a resource exists; nothing is changed then
 */
export async function adoptPending(adopting: Adopting): Promise<void> {
  const { cli, stack, target, say } = adopting;
  const state = await stateOf(cli, stack);
  // A component exists only in the state.
  const creates = operationsOf(state).filter(({ type, resource }) => type === "creating" && resource.custom !== false);
  const azure = creates.some(({ resource }) => isAzureType(resource.type)) ? await adopting.azure() : undefined;
  const adopted: StateResource[] = [];
  for (const { resource } of creates) {
    const what = titleOf(resource.urn) ?? resource.urn;
    if (azure === undefined || !isAzureType(resource.type)) {
      say(`${what} was being created: the update creates it again, or says that it exists`);
      continue;
    }
    const id = await settledIn(azure, resource, what, adopting);
    if (id !== undefined) adopted.push({ ...resource, id });
  }
  if (operationsOf(state).some(({ type }) => type === "creating"))
    await importState(cli, stack, withResources(state, adopted));
  await cli.work(["refresh", "--yes", "--skip-preview", "--run-program", ...target]);
  if (adopted.length > 0) await importState(cli, stack, withInputsOf(adopted, await stateOf(cli, stack)));
}

/**
 * The state with the inputs that the adopted resources were created with. A provider that reads a resource without outputs takes
 * everything that Azure returns as inputs, as for an import, and the next update would remove what the program does not set: a
 * cluster would be replaced because of its `nodeResourceGroup`.
 * https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/provider/provider.go (`Read`)
 */
function withInputsOf(adopted: readonly StateResource[], state: State): State {
  const { deployment } = state;
  const restored = (resource: StateResource) => {
    const own = adopted.find(({ urn, id }) => urn === resource.urn && id === resource.id);
    return own === undefined ? resource : { ...resource, inputs: own.inputs };
  };
  return { ...state, deployment: { ...deployment, resources: (deployment?.resources ?? []).map(restored) } };
}

const failed = ["failed", "canceled"];

/**
 * Waits until Azure has finished with a resource.
 * @returns its id, or `undefined` if it does not exist
 */
async function settledIn(
  azure: AzureResources,
  { type, inputs = {} }: StateResource,
  what: string,
  { stack, say, pauseSeconds = 15 }: Adopting,
): Promise<string | undefined> {
  const id = resourceIdOf(type, inputs, azure.subscription);
  if (id === undefined)
    throw new CouldNotRun(
      `${what} was being created when an update was interrupted, and its settings do not determine its id. Look for it in Azure; then: pulumi refresh --clear-pending-creates --stack ${stack}, and if it exists: pulumi import ${type} NAME ID --stack ${stack}`,
    );
  for (let told = false; ; told = true) {
    const found = await azure.find(id);
    if (found === undefined) {
      say(`${what} was not created`);
      return undefined;
    }
    const wanted = (inputs.tags ?? {}) as Record<string, unknown>;
    if (["managed-by", "app", "stack"].some((tag) => wanted[tag] !== undefined && wanted[tag] !== found.tags[tag]))
      throw new CouldNotRun(`${what}: ${id} exists, and its tags say that it is not this stack's: it is left alone`);
    const state = (found.provisioningState ?? "Succeeded").toLowerCase();
    if (state === "succeeded") {
      say(`${what} was created: importing it into the state`);
      return id;
    }
    if (failed.includes(state)) {
      // It never worked and is in no state: nothing can depend on it.
      say(`${what} was created and ${state}: deleting it, so that the update creates it again`);
      await azure.delete(id);
      return undefined;
    }
    if (!told) say(`${what} is still being created by Azure (${state}): waiting for it`);
    await sleep(pauseSeconds * 1000);
  }
}

/** The state with these resources, and without the operations whose outcome is now known. */
function withResources(state: State, adopted: readonly StateResource[]): State {
  const { deployment } = state;
  // A replacement is created before its predecessor is deleted, and has the same name.
  const replaced = (resource: StateResource) =>
    adopted.some(({ urn }) => urn === resource.urn) ? { ...resource, delete: true } : resource;
  return {
    ...state,
    deployment: {
      ...deployment,
      // Their dependencies are already in the state: they were finished first.
      resources: [...(deployment?.resources ?? []).map(replaced), ...adopted],
      pending_operations: operationsOf(state).filter(({ type }) => type !== "creating"),
    },
  };
}

/**
 * Removes pending operations without checking them: for a stack that is being deleted, where the provider may be
 * unreachable.
 */
export async function forgetPending(cli: Cli, stack: string): Promise<void> {
  const state = await stateOf(cli, stack);
  delete state.deployment?.pending_operations;
  await importState(cli, stack, state);
}

async function importState(cli: Cli, stack: string, state: State): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "tarmac-"));
  try {
    const file = join(scratch, "state.json");
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    await cli.run(["stack", "import", "--stack", stack, "--file", file]);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
