/** What a stack owns according to its state. Used to find leftovers after the stack is gone. */
import { ownType } from "@tarmac/policy/azure/anyVersion";
import type { Cli } from "../pulumi/pulumiCli.ts";
import { stateOf, type StateResource } from "../pulumi/stackState.ts";

export interface Possessions {
  /** Number of resources, without the stack itself and its providers. */
  count: number;
  /** Operations that an update began and whose outcome is unknown. */
  pending: number;
  /** The app in its resources' tags; `undefined` if no resource has the tag. */
  app?: string;
  /** The sandbox runs on a cluster that is not its own. */
  onSharedCluster: boolean;
  /** Ids of role assignments, including those that may have been created. */
  grants: string[];
  /**
   * Images in registries that the stack does not own and that outlive it. The sandbox's code controls the state: see
   * deleteImages.
   */
  images: Images[];
}

export interface Images {
  loginServer: string;
  /** `undefined`: whichever repository the stack pushes to; an update was killed during the push. */
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

/** The id of a role assignment; for a pending creation, the id it would get. */
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

/** Host of the stack's own registry, whichever resource type created it. */
function ownLoginServer({ type, inputs, outputs }: StateResource): string | undefined {
  if (ownType(type, inputs) !== "azure-native:containerregistry:Registry") return undefined;
  const { loginServer } = (outputs?.properties ?? {}) as { loginServer?: unknown };
  return String(outputs?.loginServer ?? loginServer);
}
