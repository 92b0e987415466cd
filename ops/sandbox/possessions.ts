/** What a stack owns according to its state, so that it can be looked for after the stack is gone. */
import type { Cli } from "./context.ts";

interface State {
  deployment: {
    resources?: StateResource[];
    pending_operations?: unknown[];
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

interface StateResource {
  type: string;
  id?: string;
  custom?: boolean;
  external?: boolean;
  outputs?: Record<string, unknown>;
  inputs?: Record<string, unknown>;
}

export interface Possessions {
  /** Resources beside the stack itself and its providers. */
  count: number;
  /** Operations that an update began and whose end nobody knows. */
  pending: number;
  /** Ids of role assignments. */
  grants: string[];
  /** Images in registries that are not the stack's own, which outlive it: login server and repository. */
  images: { loginServer: string; repository: string }[];
}

async function stateOf(cli: Cli, stack: string): Promise<State> {
  return JSON.parse(await cli.run(["stack", "export", "--stack", stack])) as State;
}

export async function possessions(cli: Cli, stack: string): Promise<Possessions> {
  const { deployment } = await stateOf(cli, stack);
  const resources = (deployment.resources ?? []).filter(({ type }) => type !== "pulumi:pulumi:Stack");
  const own = new Set(
    resources.flatMap(({ type, outputs }) =>
      type === "azure-native:containerregistry:Registry" ? [String(outputs?.loginServer)] : [],
    ),
  );
  return {
    count: resources.filter(({ type, external }) => !type.startsWith("pulumi:providers:") && external !== true).length,
    pending: deployment.pending_operations?.length ?? 0,
    grants: resources.flatMap(({ type, id }) =>
      type === "azure-native:authorization:RoleAssignment" && id !== undefined ? [id] : [],
    ),
    images: resources.flatMap(({ type, outputs }) => {
      const name = type === "docker:index/image:Image" ? outputs?.imageName : undefined;
      const [, loginServer, repository] =
        typeof name === "string" ? (/^([^/]+)\/(.+?)(?::[^:/]+)?$/.exec(name) ?? []) : [];
      if (loginServer === undefined || repository === undefined || own.has(loginServer)) return [];
      return [{ loginServer, repository }];
    }),
  };
}

/**
 * Forgets what an interrupted update had begun, without asking anybody: the cluster may be gone, and what such an
 * operation did make is found by its tags.
 */
export async function forgetPending(cli: Cli, stack: string, write: (text: string) => Promise<string>): Promise<void> {
  const state = await stateOf(cli, stack);
  delete state.deployment.pending_operations;
  await cli.run(["stack", "import", "--stack", stack, "--file", await write(JSON.stringify(state))]);
}
