/** Does the service answer, from the pods that were just deployed? Asked of the cluster and at the service's own address. */
import { diagnose } from "../doctor/diagnose.ts";
import { observe } from "../doctor/observe.ts";
import type { Observation } from "../doctor/observation.ts";
import { findPlace, type Place } from "../doctor/target.ts";
import { ClusterReader } from "../cluster/clusterReader.ts";

export interface SmokeTarget {
  stack: string;
  /** What must run: `HOST/REPOSITORY:TAG@sha256:...`. */
  image: string;
  /** Output `url`: a URL, or `NAME.NAMESPACE.svc:PORT` of a service that is reached inside the cluster only. */
  address: string;
  /** Path that answers 200 when the service is ready. */
  readyPath: string;
}

export interface Smoke {
  /** What was seen, one line each. */
  seen: string[];
  /** What is wrong. Empty: passed. */
  problems: string[];
}

/** Pods that have just become ready may still be counted among the starting ones, and a load balancer takes a while. */
const patienceSeconds = 90;
const requests = 20;
/** So many without an answer say all that is to be said: each of them takes its whole time. */
const enoughUnanswered = 3;

export async function smoke(
  target: SmokeTarget,
  { patience = patienceSeconds, pause = 2 }: { patience?: number; pause?: number } = {},
): Promise<Smoke> {
  const place = await findPlace({ stack: target.stack });
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const late = Date.now() > deadline;
    // An API server that is being updated itself may be away for a moment.
    const found = await once(target, place).catch((error: unknown) => {
      if (late) throw error;
    });
    if (found !== undefined && (found.problems.length === 0 || late)) return found;
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  }
}

async function once(target: SmokeTarget, place: Place): Promise<Smoke> {
  const observation = await observe(place);
  const pods = judgePods(observation, target.image);
  if (pods.problems.length > 0) return pods;
  const ask = askerFor(target.address, new ClusterReader(place.kubeconfig));
  const answers = await judgeAnswers(ask, target);
  return { seen: [...pods.seen, ...answers.seen], problems: answers.problems };
}

/** Every pod healthy, and every pod the image that was deployed. */
export function judgePods(observation: Observation, image: string): Smoke {
  // What was evicted once stays listed for weeks; its replacement is what counts.
  const living = observation.pods.filter(({ status }) => !["Failed", "Succeeded"].includes(status?.phase ?? ""));
  const { findings, pods } = diagnose({ ...observation, pods: living });
  const digest = image.split("@")[1] ?? image;
  const others = living.filter(
    ({ metadata, spec }) =>
      metadata?.deletionTimestamp === undefined &&
      spec?.containers.every((one) => one.image?.endsWith(digest) !== true),
  );
  const waiting = pods.filter(({ health }) => health === "starting").map(({ name }) => name);
  const problems = [
    ...findings.map(({ code, title }) => `${title} (${code})`),
    ...others.map(({ metadata }) => `pod ${metadata?.name ?? ""} does not run ${digest}`),
    ...(waiting.length > 0 ? [`still starting: ${waiting.join(", ")}`] : []),
    ...(pods.length === 0 ? ["there are no pods"] : []),
  ];
  return { seen: problems.length > 0 ? [] : [`${pods.length} pods, all ready, all of ${digest}`], problems };
}

/** Asks for a path; gives the status. @throws Error when there is no answer */
export type Ask = (path: string) => Promise<number>;

/**
 * From where the service is asked: outside, by its URL; or where it has an address inside the cluster only, through the API
 * server's proxy, which needs no port to be forwarded.
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

/** Ready, and then some requests in a row: one bad pod among several answers only some of them. */
export async function judgeAnswers(ask: Ask, { address, readyPath }: Pick<SmokeTarget, "address" | "readyPath">) {
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
