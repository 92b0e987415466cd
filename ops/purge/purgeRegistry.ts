/**
 * Deletes old images of a stack's Azure registry. Everything that any known stack runs or may return to stays, with what
 * belongs to it. What cannot be read stops the purge: unknown is not unused.
 */
import { CouldNotRun } from "../couldNotRun.ts";
import { deployedServices } from "../deploy/deployedServices.ts";
import type { State } from "../pulumi/stackState.ts";
import { splitImageReference } from "@tarmac/validate/imageReference";
import { RegistryRefusal } from "../azure/registryAccess.ts";
import { shortName } from "../pulumi/stackName.ts";
import { hasCluster, type ReadCluster } from "./clusterImages.ts";
import { ImageMentions } from "./imageMentions.ts";
import type { KnownStack } from "./knownStacks.ts";
import { freedBytes, type FreedBytes, neededBy, type RepositoryManifest, retention } from "./retention.ts";

export interface PurgeOptions {
  stack: string;
  /** How many of the newest unused images stay in each repository. */
  keep: number;
  /** Nothing younger is deleted. */
  olderThanMinutes: number;
  /** Repositories in addition to those that the stack pushes to. */
  repositories: readonly string[];
  /** Stacks whose clusters are not read. */
  withoutCluster: readonly string[];
  /** Object ids of identities that may pull, and run none of these images. */
  ignoredPullers: readonly string[];
  /** False: only report. */
  deletes: boolean;
}

export interface StackRegistry {
  /** Resource id. */
  id: string;
  loginServer: string;
  /** The stack created it, so its repositories are the stack's. */
  own: boolean;
}

/** The registry's data, as the signed-in identity may read it. */
export interface Repositories {
  manifests(repository: string): Promise<RepositoryManifest[] | undefined>;
  mayDelete(repository: string): Promise<boolean>;
  delete(repository: string, digest: string): Promise<boolean>;
}

export interface PurgeWorld {
  /** Every stack of the project, in every backend. */
  stacks: () => Promise<KnownStack[]>;
  readCluster: ReadCluster;
  /** @returns object ids of identities that may pull @throws Error if Azure does not say */
  pullers: (registry: StackRegistry) => Promise<string[]>;
  /** @throws CouldNotRun if Azure has no such registry */
  repositories: (registry: StackRegistry) => Promise<Repositories>;
  say: (line: string) => void;
  now: () => Date;
}

export interface PurgedManifest {
  digest: string;
  tags: readonly string[];
  updated: Date;
}

export interface PurgedRepository {
  name: string;
  /** Why manifests stay, with their number. */
  kept: Readonly<Record<string, number>>;
  /** What is deleted, or would be. */
  deleted: PurgedManifest[];
}

export interface Purge {
  loginServer: string;
  /** Stacks that name the registry, and what was read of each. */
  users: { stack: string; read: "state" | "state and cluster" }[];
  /** Number of stacks that were read. */
  stacks: number;
  repositories: PurgedRepository[];
  bytes: FreedBytes;
  /** Whether it was only looked at. */
  dryRun: boolean;
  /** Missing rights, and manifests that could not be deleted. */
  problems: string[];
}

/** @throws CouldNotRun if it is not known what runs */
export async function purgeRegistry(options: PurgeOptions, world: PurgeWorld): Promise<Purge> {
  const stacks = await world.stacks();
  const named = stacks.find(({ name }) => name === shortName(options.stack));
  if (named === undefined)
    throw new CouldNotRun(
      `no stack "${options.stack}" in the backends of this project; there are: ${stacks.map(({ name }) => name).join(", ") || "none"}`,
    );
  const registry = registryOf(named.state);
  if (registry === undefined)
    throw new CouldNotRun(
      `"${options.stack}" has no Azure registry: only Azure tells which manifests a repository has and how old they are`,
    );
  const repositories = repositoriesOf(named, registry, options.repositories);
  if (repositories.length === 0)
    throw new CouldNotRun(`"${options.stack}" pushes no image to ${registry.loginServer}: name one with --repository`);
  const { mentions, users } = await whatIsUsed(options, world, stacks, registry);
  const data = await world.repositories(registry);

  const found: { name: string; manifests: RepositoryManifest[] }[] = [];
  for (const name of repositories) found.push({ name, manifests: (await data.manifests(name)) ?? [] });
  const olderThan = new Date(world.now().getTime() - options.olderThanMinutes * 60_000);
  const decided = found.map(({ name, manifests }) => ({
    ...{ name, manifests },
    ...retention(manifests, { used: (one) => mentions.of(name, one), keep: options.keep, olderThan }),
  }));
  const problems: string[] = [];
  const refusal = await rightProblem(data, decided.find(({ deleted }) => deleted.length > 0)?.name);
  if (refusal !== undefined) {
    if (options.deletes) throw refusal;
    problems.push(refusal.message);
  }
  const result: PurgedRepository[] = [];
  const gone: RepositoryManifest[] = [];
  for (const { name, manifests, kept, deleted } of decided) {
    const done = options.deletes ? await deleteAll(data, name, manifests, deleted, problems) : deleted;
    gone.push(...done);
    result.push({
      name,
      kept: Object.fromEntries(
        [...Map.groupBy([...kept.values()].sort(), (why) => why)].map(([why, all]) => [why, all.length] as const),
      ),
      deleted: done.map(({ digest, tags, updated }) => ({ digest, tags, updated })),
    });
  }
  const staying = found.flatMap(({ manifests }) => manifests).filter((one) => !gone.includes(one));
  return {
    ...{ loginServer: registry.loginServer, users, stacks: stacks.length, repositories: result, problems },
    ...{ bytes: freedBytes(gone, staying), dryRun: !options.deletes },
  };
}

/** @returns what was deleted; failures become problems */
async function deleteAll(
  data: Repositories,
  repository: string,
  manifests: readonly RepositoryManifest[],
  deleted: readonly RepositoryManifest[],
  problems: string[],
): Promise<RepositoryManifest[]> {
  const done: RepositoryManifest[] = [];
  const left = new Set<string>();
  for (const one of deleted) {
    if (neededBy(one, manifests).some((digest) => left.has(digest))) {
      left.add(one.digest);
      continue;
    }
    try {
      await data.delete(repository, one.digest);
      done.push(one);
    } catch (error) {
      // A missing right is missing for all of them.
      if (error instanceof RegistryRefusal) throw error;
      left.add(one.digest);
      problems.push(`${repository}@${one.digest} was not deleted: ${(error as Error).message}`);
    }
  }
  return done;
}

async function rightProblem(data: Repositories, repository: string | undefined): Promise<RegistryRefusal | undefined> {
  if (repository === undefined || (await data.mayDelete(repository))) return undefined;
  return new RegistryRefusal(
    `the signed-in identity may read ${repository}, but not delete in it: that needs the role AcrDelete on the registry, or Container Registry Repository Contributor if the registry uses repository permissions`,
  );
}

async function whatIsUsed(
  { withoutCluster, ignoredPullers }: PurgeOptions,
  { readCluster, pullers, say }: PurgeWorld,
  stacks: readonly KnownStack[],
  registry: StackRegistry,
): Promise<{ mentions: ImageMentions; users: Purge["users"] }> {
  const mentions = new ImageMentions(registry.loginServer);
  for (const { name, text } of stacks) mentions.add(text, `the stack ${name} names it`);
  const unknown: string[] = [];
  const users: Purge["users"] = [];
  for (const stack of stacks.filter(({ text }) => text.includes(registry.loginServer))) {
    const { name } = stack;
    // The code of a pull request writes a sandbox's kubeconfig, which may name any server and start any program.
    const byState = stack.isSandbox || !hasCluster(stack) || withoutCluster.includes(name);
    users.push({ stack: name, read: byState ? "state" : "state and cluster" });
    if (byState) continue;
    say(`reading the cluster of ${name}`);
    try {
      mentions.add(await readCluster(stack), `the cluster of ${name} runs it`);
    } catch (error) {
      unknown.push(
        `what the cluster of "${name}" runs: ${(error as Error).message.split("\n")[0]}. If only its state counts: --without-cluster ${name}`,
      );
    }
  }
  try {
    const strangers = (await pullers(registry)).filter(
      (id) => !ignoredPullers.includes(id) && !stacks.some(({ text }) => text.includes(id)),
    );
    for (const id of strangers)
      unknown.push(
        `what the identity ${id} runs, which may pull from ${registry.loginServer} and belongs to none of the stacks. If it runs none of these images: --ignore-puller ${id}`,
      );
  } catch (error) {
    unknown.push(`who may pull from ${registry.loginServer}: ${(error as Error).message.split("\n")[0]}`);
  }
  if (unknown.length > 0)
    throw new CouldNotRun(`nothing was deleted, because the following is unknown:\n${lines(unknown)}`);
  return { mentions, users };
}

const lines = (texts: readonly string[]): string => texts.map((text) => `  - ${text}`).join("\n");

/** The Azure registry that a stack pushes to. */
function registryOf({ deployment }: State): StackRegistry | undefined {
  const types = ["tarmac:azure:Registry", "tarmac:azure:ExistingRegistry"];
  for (const { type, outputs } of deployment?.resources ?? []) {
    const { id, loginServer } = outputs ?? {};
    if (types.includes(type) && typeof id === "string" && typeof loginServer === "string")
      return { id, loginServer, own: type === types[0] };
  }
  return undefined;
}

/**
 * The repositories that a stack pushes to. In a registry of others, only those that its own builds name: the images of
 * its pods may be from anybody's repository.
 */
function repositoriesOf(
  { state }: Pick<KnownStack, "state">,
  { loginServer, own }: StackRegistry,
  more: readonly string[],
): string[] {
  const pushed = (state.deployment?.resources ?? []).flatMap(({ type, outputs }) => {
    // The component covers builds in the registry, too.
    const image =
      type === "docker:index/image:Image"
        ? outputs?.imageName
        : type === "tarmac:docker:AppImage"
          ? outputs?.reference
          : undefined;
    return typeof image === "string" ? [image] : [];
  });
  const run = own ? deployedServices(state).flatMap(({ image }) => image ?? []) : [];
  const found = [...pushed, ...run].flatMap((image) => {
    const { host, path } = splitImageReference(image);
    return host === loginServer ? [path] : [];
  });
  return [...new Set([...found, ...more])].sort();
}
