/** What a stack owns according to its state, so that it can be looked for after the stack is gone. */
import { ownType } from "@tarmac/policy/azure/anyVersion";
import type { Cli } from "../pulumi/pulumiCli.ts";
import { stateOf, type StateResource } from "../pulumi/stackState.ts";

export interface Possessions {
  /** Resources beside the stack itself and its providers. */
  count: number;
  /** Operations that an update began and whose end nobody knows. */
  pending: number;
  /** Whose it is, as its resources' tags say; `undefined` where none is known. */
  app?: string;
  /** It runs on a cluster that is not its own. */
  onSharedCluster: boolean;
  /** Ids of role assignments, also of those that may have come to be. */
  grants: string[];
  /** Images in registries that are not the stack's own, which outlive it. The state is the sandbox's word: see deleteImages. */
  images: Images[];
}

export interface Images {
  loginServer: string;
  /** `undefined`: whichever the stack pushes to; an update was killed while it did. */
  repository?: string;
}

export async function possessions(cli: Cli, stack: string): Promise<Possessions> {
  const { deployment } = await stateOf(cli, stack);
  const resources = (deployment?.resources ?? []).filter(({ type }) => type !== "pulumi:pulumi:Stack");
  const pending = (deployment?.pending_operations ?? []).map(({ resource }) => resource);
  const app = resources
    .map(({ inputs }) => (inputs?.tags as { app?: unknown } | undefined)?.app)
    .find((name) => typeof name === "string");
  return {
    count: resources.filter(({ type, external }) => !type.startsWith("pulumi:providers:") && external !== true).length,
    pending: pending.length,
    ...(app === undefined ? {} : { app }),
    onSharedCluster: resources.some(({ type }) => type === "tarmac:kubernetes:ExistingCluster"),
    grants: [...resources, ...pending].flatMap((resource) => grantOf(resource) ?? []),
    images: imagesOf(resources, pending),
  };
}

/** The id of a role assignment; of one that was being made, the id that it would have. */
function grantOf({ type, id, inputs }: StateResource): string | undefined {
  if (type !== "azure-native:authorization:RoleAssignment") return undefined;
  if (id !== undefined && id !== "") return id;
  const { scope, roleAssignmentName } = inputs ?? {};
  return typeof scope === "string" && typeof roleAssignmentName === "string"
    ? `${scope}/providers/Microsoft.Authorization/roleAssignments/${roleAssignmentName}`
    : undefined;
}

const imageType = "docker:index/image:Image";

function imagesOf(resources: readonly StateResource[], pending: readonly StateResource[]): Images[] {
  const own = resources.flatMap((resource) => ownLoginServer(resource) ?? []);
  const attached = resources.flatMap(({ type, outputs }) =>
    type === "tarmac:azure:ExistingRegistry" ? [String(outputs?.loginServer)] : [],
  );
  const pushed = resources.flatMap(({ type, outputs }): Images[] => {
    const name = type === imageType ? outputs?.imageName : undefined;
    const [, loginServer, repository] =
      typeof name === "string" ? (/^([^/]+)\/(.+?)(?::[^:/]+)?$/.exec(name) ?? []) : [];
    if (loginServer === undefined || repository === undefined || own.includes(loginServer)) return [];
    return [{ loginServer, repository }];
  });
  const isPushing = pushed.length === 0 && pending.some(({ type }) => type === imageType);
  return isPushing ? attached.map((loginServer) => ({ loginServer })) : pushed;
}

/** Host of a registry that is the stack's own, whichever type it was made as. */
function ownLoginServer({ type, inputs, outputs }: StateResource): string | undefined {
  if (ownType(type, inputs) !== "azure-native:containerregistry:Registry") return undefined;
  const { loginServer } = (outputs?.properties ?? {}) as { loginServer?: unknown };
  return String(outputs?.loginServer ?? loginServer);
}
