/**
 * The services of a stack with what a deployment needs to know about them. Read from the state, also after a failed
 * update.
 */
import { selects } from "../doctor/facts/serviceFacts.ts";
import type { State, StateResource } from "../pulumi/stackState.ts";
import { askedAt } from "./serviceAddress.ts";

export interface DeployedService {
  /** Of the Deployment. */
  name: string;
  namespace: string;
  /** The image that the last update set; absent if the state does not contain it. */
  image?: string;
  /** Labels that all of its pods have, and no other pods. */
  podLabels: Readonly<Record<string, string>>;
  /** Address for requests: a URL, or `NAME.NAMESPACE.svc:PORT`. Absent: nothing sends it requests. */
  address?: string;
  /** Path that answers 200 when it is ready. Absent: it is not tested. */
  readyPath?: string;
}

/** Key of a service, as in Kubernetes: "NAMESPACE/NAME". */
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

/** Label of the stack's pods. */
const stackLabel = "tarmac.dev/stack";

/**
 * The Deployments whose pods have the stack's label, sorted by id; all Deployments if none has it. Empty: nothing has been
 * deployed.
 */
export function deployedServices({ deployment }: State): DeployedService[] {
  const resources = (deployment?.resources ?? []).filter((resource) => resource.delete !== true);
  const deployments = resources.filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
  const labeled = deployments.filter(
    ({ inputs }) =>
      (inputs?.spec as DeploymentSpec | undefined)?.template?.metadata?.labels?.[stackLabel] !== undefined,
  );
  return (labeled.length > 0 ? labeled : deployments)
    .flatMap((one) => serviceOf(one, resources))
    .toSorted((left, right) => idOf(left).localeCompare(idOf(right)));
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

/** The Kubernetes Service in front of these pods, as `NAME.NAMESPACE.svc:PORT`. */
function insideAddress(
  namespace: string,
  labels: Readonly<Record<string, string>>,
  resources: readonly StateResource[],
): string | undefined {
  for (const resource of resources.filter(({ type }) => type === "kubernetes:core/v1:Service")) {
    const { selector = {}, ports = [] } = (resource.inputs?.spec as ServiceSpec | undefined) ?? {};
    const place = placeOf(resource);
    const isFor = Object.keys(selector).length > 0 && selects(selector, labels);
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

/** Excludes encrypted secrets. */
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
