/**
 * Tests whether each service answers from the newly deployed pods: through the cluster, and at the services' own
 * addresses.
 */
import { splitImageReference } from "@tarmac/validate/imageReference";
import { diagnose } from "../doctor/diagnose.ts";
import { selects } from "../doctor/facts/serviceFacts.ts";
import { observe } from "../doctor/observe.ts";
import type { Observation } from "../doctor/observation.ts";
import { findPlace, type Place } from "../doctor/target.ts";
import { ClusterReader } from "../cluster/clusterReader.ts";
import { hasEnded, type Pod } from "../cluster/kubernetesObjects.ts";
import { type DeployedService, idOf } from "./deployedServices.ts";
import { sameImage } from "./goodImages.ts";

export interface Smoke {
  /** Observations, one line each. */
  seen: string[];
  /** Problems. Empty: passed. */
  problems: string[];
}

/** Pods that have just become ready may still count as starting, and a load balancer takes a while. */
const patienceSeconds = 90;
const requests = 20;
/** Give up after this many timeouts: each one costs the full 10 s, and more would add nothing. */
const enoughUnanswered = 3;

/** Observations for one service. */
export interface Tried extends Smoke {
  service: DeployedService;
  /** The doctor found a cause that waiting does not change. */
  failing: boolean;
}

export interface Patience {
  /** Seconds to wait for services that do not pass at once. */
  patience?: number;
  /** Seconds between attempts. */
  pause?: number;
  /** Ends the wait early. Default: when every service has passed. */
  enough?: (tried: readonly Tried[]) => boolean;
}

/** @throws CannotLook if the cluster cannot be read at all */
export async function smoke(
  stack: string,
  services: readonly DeployedService[],
  { patience = patienceSeconds, pause = 2, enough = everyonePassed }: Patience = {},
): Promise<Tried[]> {
  const place = await findPlace({ stack });
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const late = Date.now() > deadline;
    // The API server may be unavailable for a moment while it is updated.
    const found = await once(services, place).catch((error: unknown) => {
      if (late) throw error;
    });
    if (found !== undefined && (late || enough(found))) return found;
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  }
}

export const everyonePassed = (tried: readonly Tried[]): boolean =>
  tried.every(({ problems }) => problems.length === 0);

/**
 * After a rollback, a service must run the requested image.
 * @param images by service name; services not listed may run any image
 */
export function heldTo(tried: Tried, images: Readonly<Record<string, string>>): Tried {
  const { name, image } = tried.service;
  const wanted = images[name];
  if (wanted === undefined || sameImage(wanted, image)) return tried;
  const problem = `runs ${image ?? "an unknown image"} and not ${wanted}: the program must take its image from the setting "images" (or "image")`;
  return { ...tried, problems: [...tried.problems, problem] };
}

async function once(all: readonly DeployedService[], place: Place): Promise<Tried[]> {
  const namespaces = [...new Set(all.map(({ namespace }) => namespace))];
  const looks = await Promise.all(
    namespaces.map(async (namespace) => [namespace, await observe({ ...place, namespace })] as const),
  );
  const observations = new Map(looks);
  const reader = new ClusterReader(place.kubeconfig);
  const tried: Tried[] = [];
  for (const service of all) {
    const observation = observations.get(service.namespace);
    if (observation === undefined) continue;
    const pods = judgePods(observation, service, all);
    const answers = pods.problems.length > 0 ? undefined : await answersOf(service, reader);
    tried.push({
      ...{ service, failing: pods.failing },
      seen: [...pods.seen, ...(answers?.seen ?? [])],
      problems: [...pods.problems, ...(answers?.problems ?? [])],
    });
  }
  return tried;
}

/** What its address answers; no request is made if a service has no address or no HTTP readiness probe. */
export async function answersOf(
  { address, readyPath }: DeployedService,
  reader: Pick<ClusterReader, "text">,
): Promise<Smoke> {
  if (address === undefined || readyPath === undefined) return { seen: [], problems: [] };
  return judgeAnswers(askerFor(address, reader), { address, readyPath });
}

const isOf = ({ podLabels }: DeployedService, { metadata }: Pod): boolean => selects(podLabels, metadata?.labels);

/**
 * Checks that every pod of the service is healthy and runs the deployed image.
 * @param services all services of the stack: a problem that belongs to none of them counts for each
 */
export function judgePods(
  observation: Observation,
  service: DeployedService,
  services: readonly DeployedService[] = [service],
): Smoke & { failing: boolean } {
  // Evicted pods stay listed for weeks; only their replacements count.
  const living = observation.pods.filter((pod) => !hasEnded(pod));
  const { findings, pods } = diagnose({ ...observation, pods: living });
  const own = living.filter((pod) => isOf(service, pod));
  const { image: deployed = "" } = service;
  const digest = splitImageReference(deployed).digest ?? deployed;
  // A pod that an update has replaced stays ready while it drains.
  const staying = own.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const others = staying.filter(({ spec }) => spec?.containers.every((one) => one.image?.endsWith(digest) !== true));
  const names = new Set(staying.map(({ metadata }) => metadata?.name));
  const healths = pods.filter(({ name }) => names.has(name));
  const waiting = healths.filter(({ health }) => health === "starting").map(({ name }) => name);
  const siblings = services.filter((one) => idOf(one) !== idOf(service));
  const namesOfOthers = siblings.map((one) => partsOf(observation, one));
  const parts = partsOf(observation, service);
  const concerning = findings.filter(
    ({ affected }) =>
      affected.some((name) => parts.has(name)) ||
      !affected.some((name) => namesOfOthers.some((theirs) => theirs.has(name))),
  );
  const problems = [
    ...concerning.map(({ code, title }) => `${title} (${code})`),
    ...others.map(({ metadata }) => `pod ${metadata?.name ?? ""} does not run ${digest}`),
    ...(waiting.length > 0 ? [`still starting: ${waiting.join(", ")}`] : []),
    ...(healths.length === 0 ? ["there are no pods"] : []),
  ];
  return {
    seen: problems.length > 0 ? [] : [`${healths.length} pods, all ready, all of ${digest}`],
    ...{ problems, failing: concerning.length > 0 },
  };
}

/** The objects of a service, as findings name them: "pod/web-1", "deployment/web". */
function partsOf({ pods, replicaSets, services = [] }: Observation, service: DeployedService): Set<string> {
  const ofDeployment = replicaSets.filter(({ metadata }) =>
    metadata?.ownerReferences?.some(({ kind, name }) => kind === "Deployment" && name === service.name),
  );
  const own = pods.filter((pod) => isOf(service, pod));
  const reached = services.filter(({ spec }) => {
    const selector = spec?.selector ?? {};
    return Object.keys(selector).length > 0 && selects(selector, service.podLabels);
  });
  const named = <Item extends { metadata?: { name?: string } }>(kind: string, items: readonly Item[]) =>
    items.map(({ metadata }) => `${kind}/${metadata?.name ?? ""}`);
  return new Set([
    ...[`deployment/${service.name}`, `horizontalpodautoscaler/${service.name}`, `poddisruptionbudget/${service.name}`],
    ...[...named("pod", own), ...named("replicaset", ofDeployment), ...named("service", reached)],
  ]);
}

/** Requests a path and returns the status. @throws Error if there is no answer */
export type Ask = (path: string) => Promise<number>;

/**
 * How to reach the service: from outside by its URL, or, if it only has an address inside the cluster, through the API
 * server's proxy, which needs no port forwarding.
 */
export function askerFor(address: string, reader: Pick<ClusterReader, "text">): Ask {
  const inside = /^([^.]+)\.([^.]+)\.svc:(\d+)$/.exec(address);
  if (inside === null) {
    return async (path) => {
      const answer = await fetch(within(address, path), { signal: AbortSignal.timeout(10_000), redirect: "manual" });
      await answer.body?.cancel();
      return answer.status;
    };
  }
  const [, name = "", namespace = "", port = ""] = inside;
  return async (path) => {
    try {
      await reader.text(`api/v1/namespaces/${namespace}/services/${name}:${port}/proxy${path}`);
      return 200;
    } catch (error) {
      const { status } = error as { status?: number };
      if (status === undefined) throw error;
      return status;
    }
  };
}

/** A path below the one that leads to the service: beside it, a shared host name has other services. */
const within = (address: string, path: string) => new URL(`${address.replace(/\/+$/, "")}${path}`);

/** Ready, and then several requests in a row: if one of several pods is bad, only some requests fail. */
export async function judgeAnswers(
  ask: Ask,
  { address, readyPath }: { address: string; readyPath: string },
): Promise<Smoke> {
  const bad = new Map<string, number>();
  let [asked, unanswered] = [0, 0];
  while (asked < requests && unanswered < enoughUnanswered) {
    asked++;
    const answer = await ask(readyPath).catch((error: unknown) => {
      unanswered++;
      return `no answer (${reason(error)})`;
    });
    if (answer !== 200) bad.set(String(answer), (bad.get(String(answer)) ?? 0) + 1);
  }
  const problems = [...bad].map(
    ([answer, count]) => `${count} of ${asked} requests for ${readyPath} at ${address}: ${answer}`,
  );
  return {
    seen: problems.length > 0 ? [] : [`${requests} requests for ${readyPath} at ${address}: all 200`],
    problems,
  };
}

function reason(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
}
