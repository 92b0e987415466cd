/** The services of a stack, each with what a deployment needs to know of it, as the state has them after an update that failed, too. */
import type { State, StateResource } from "../pulumi/stackState.ts";
import { askedAt } from "./serviceAddress.ts";

export interface DeployedService {
  /** Of the Deployment. */
  name: string;
  namespace: string;
  /** What the last update told Kubernetes to run; absent where the state does not tell. */
  image?: string;
  /** Labels that all of its pods have, and no others. */
  podLabels: Readonly<Record<string, string>>;
  /** Where it is asked: a URL, or `NAME.NAMESPACE.svc:PORT`. Absent: nothing sends it requests. */
  address?: string;
  /** Path that answers 200 when it is ready. Absent: it is not asked. */
  readyPath?: string;
}

/** One key for a service, as Kubernetes has it: "NAMESPACE/NAME". */
export const idOf = ({ namespace, name }: Pick<DeployedService, "name" | "namespace">): string =>
  `${namespace}/${name}`;

interface Metadata {
  name?: unknown;
  namespace?: unknown;
}

interface DeploymentSpec {
  selector?: { matchLabels?: Record<string, string> };
  template?: {
    metadata?: { labels?: Record<string, string> };
    spec?: { containers?: { image?: unknown; readinessProbe?: { httpGet?: { path?: unknown } } }[] };
  };
}

interface ServiceSpec {
  selector?: Record<string, string>;
  ports?: { port?: number }[];
}

/** The label by which the stack's pods are found. */
const stackLabel = "tarmac.dev/stack";

/**
 * The Deployments whose pods carry the stack's label, in the state's order; where none does, all of them. Empty: nothing has been
 * deployed.
 */
export function deployedServices({ deployment }: State): DeployedService[] {
  const resources = (deployment?.resources ?? []).filter((resource) => resource.delete !== true);
  const deployments = resources.filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
  const labeled = deployments.filter(
    ({ inputs }) =>
      (inputs?.spec as DeploymentSpec | undefined)?.template?.metadata?.labels?.[stackLabel] !== undefined,
  );
  return (labeled.length > 0 ? labeled : deployments).flatMap((one) => serviceOf(one, resources));
}

function serviceOf(deployment: StateResource, resources: readonly StateResource[]): DeployedService[] {
  const { name, namespace } = placeOf(deployment);
  if (name === undefined) return [];
  const spec = deployment.inputs?.spec as DeploymentSpec | undefined;
  // The first container is the service.
  const container = spec?.template?.spec?.containers?.[0];
  const image = text(container?.image);
  const readyPath = text(container?.readinessProbe?.httpGet?.path);
  const inside = insideAddress(namespace, spec?.template?.metadata?.labels ?? {}, resources);
  const told = resources.find(({ urn, type }) => urn === deployment.parent && type === "tarmac:kubernetes:Workload");
  const users = text(told?.outputs?.address) ?? inside;
  const address = users === undefined ? undefined : askedAt(users, inside);
  return [
    {
      ...{ name, namespace, podLabels: spec?.selector?.matchLabels ?? {} },
      ...(image === undefined ? {} : { image }),
      ...(address === undefined ? {} : { address }),
      ...(readyPath === undefined ? {} : { readyPath }),
    },
  ];
}

/** The Kubernetes Service that sends these pods requests, as `NAME.NAMESPACE.svc:PORT`. */
function insideAddress(
  namespace: string,
  labels: Readonly<Record<string, string>>,
  resources: readonly StateResource[],
): string | undefined {
  for (const resource of resources.filter(({ type }) => type === "kubernetes:core/v1:Service")) {
    const { selector = {}, ports = [] } = (resource.inputs?.spec as ServiceSpec | undefined) ?? {};
    const place = placeOf(resource);
    const selects = Object.entries(selector);
    const isFor = selects.length > 0 && selects.every(([key, value]) => labels[key] === value);
    if (!isFor || place.namespace !== namespace || place.name === undefined || ports[0]?.port === undefined) continue;
    return `${place.name}.${namespace}.svc:${ports[0].port}`;
  }
  return undefined;
}

function placeOf({ inputs, outputs }: StateResource): { name: string | undefined; namespace: string } {
  const [asked, made] = [inputs?.metadata as Metadata | undefined, outputs?.metadata as Metadata | undefined];
  return {
    name: text(asked?.name) ?? text(made?.name),
    namespace: text(asked?.namespace) ?? text(made?.namespace) ?? "default",
  };
}

/** Not the ciphertext of a secret. */
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
