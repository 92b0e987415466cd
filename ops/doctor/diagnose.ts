/** From an observation to its findings: one root cause for each failing pod, in the order in which to fix them. */
import { acrPull } from "./symptoms/missingPullRole.ts";
import { admission } from "./symptoms/rejectedPod.ts";
import { orderOf, pageOf, stageOf } from "./causes/causeCodes.ts";
import { configuration } from "./symptoms/missingConfiguration.ts";
import { ending, sigtermIgnored } from "./symptoms/endedProcess.ts";
import { entrypoint } from "./symptoms/failedStart.ts";
import { environmentVariable } from "./symptoms/rejectedEnvironment.ts";
import { imageContent } from "./symptoms/unusableImage.ts";
import { imageName } from "./symptoms/unusableImageName.ts";
import { liveness } from "./symptoms/killedByLiveness.ts";
import { memory } from "./symptoms/exhaustedLimit.ts";
import { nodes } from "./symptoms/nodeTrouble.ts";
import { placement } from "./symptoms/unschedulablePod.ts";
import { pullSecret } from "./symptoms/unusablePullSecret.ts";
import { refusedAccess } from "./symptoms/deniedAccess.ts";
import { registryReach } from "./symptoms/unreachableRegistry.ts";
import { registryRefusal } from "./symptoms/rejectedPull.ts";
import { throttling } from "./symptoms/throttledProbe.ts";
import { undiagnosed } from "./causes/not-diagnosed.ts";
import { unready } from "./symptoms/unreadyProcess.ts";
import { user } from "./symptoms/rootUser.ts";
import { wrongProbe } from "./symptoms/misdirectedProbe.ts";
import { onNode } from "./crictl.ts";
import type { Diagnosis, Finding } from "./finding.ts";
import { healthOf, type Health } from "./podHealth.ts";
import { lastSeen } from "../cluster/kubernetesObjects.ts";
import type { Observation } from "./observation.ts";
import { eventsOf, type PodView, podViewOf } from "./podView.ts";

/** In the order in which they are asked: the first answer is the pod's root cause. */
const causes: readonly ((view: PodView) => Diagnosis | undefined)[] = [
  nodes,
  placement,
  sigtermIgnored,
  imageName,
  registryReach,
  pullSecret,
  acrPull,
  registryRefusal,
  imageContent,
  configuration,
  user,
  entrypoint,
  memory,
  refusedAccess,
  environmentVariable,
  throttling,
  wrongProbe,
  liveness,
  ending,
  unready,
];

export interface PodHealth {
  name: string;
  health: Health;
}

export interface Result {
  /** In the order in which to fix them. */
  findings: Finding[];
  pods: PodHealth[];
}

export function diagnose(observation: Observation): Result {
  const views = observation.pods.map((pod) => podViewOf(observation, pod));
  const pods = views.map((view) => ({ name: view.podName, health: healthOf(view) }));
  const found = [
    ...refusedOwners(observation),
    ...views.filter((_, index) => pods[index]?.health === "failing").map(findingFor),
  ];
  return { findings: merge(found).sort((left, right) => orderOf(left.code) - orderOf(right.code)), pods };
}

/** The root cause of one failing pod; "not-diagnosed" with the pod's facts if no cause explains it. */
export function rootCause(view: PodView): Diagnosis {
  for (const cause of causes) {
    const diagnosis = cause(view);
    if (diagnosis !== undefined) return diagnosis;
  }
  return undiagnosed(view);
}

interface Found {
  finding: Finding;
  /** Findings with the same key are merged. */
  key: string;
}

function findingFor(view: PodView): Found {
  const diagnosis = rootCause(view);
  const stage = stageOf(diagnosis.code);
  const node = onNode(view, diagnosis);
  const finding: Finding = {
    ...diagnosis,
    stage,
    affected: [`pod/${view.podName}`],
    docs: pageOf(diagnosis.code),
    ...(node === undefined ? {} : { onNode: node }),
  };
  // A fault of the cluster is one finding, whichever pods it affects.
  const about = stage === "cluster" ? "" : `${view.owner} ${diagnosis.container ?? ""} ${imageOf(view, diagnosis)}`;
  return { finding, key: `${diagnosis.code} ${about}` };
}

/** During a rollout, old and new pods of one owner can fail for the same cause with different images. */
const imageOf = ({ containers }: PodView, { container }: Diagnosis): string =>
  containers.find(({ name }) => name === container)?.spec.image ?? "";

/** Controllers such as ReplicaSets that cannot create their pods. */
function refusedOwners(observation: Observation): Found[] {
  const now = Date.parse(observation.at);
  const wanting = observation.replicaSets
    .filter(({ spec, status }) => (spec?.replicas ?? 0) > (status?.replicas ?? 0))
    .flatMap(({ metadata }) => {
      const [event] = eventsOf(observation, metadata?.uid, metadata?.name ?? "").filter(
        ({ reason }) => reason === "FailedCreate",
      );
      return event === undefined ? [] : [{ owner: `replicaset/${metadata?.name}`, event }];
    });
  // For other controllers no replica counts are read, so only a recent event counts.
  const others = observation.target.selector === "" ? observation.events : [];
  const failing = others
    .filter(({ reason, involvedObject: { kind } }) => reason === "FailedCreate" && kind !== "ReplicaSet")
    .filter((event) => now - lastSeen(event) < 5 * 60_000)
    .map((event) => ({
      owner: `${(event.involvedObject.kind ?? "").toLowerCase()}/${event.involvedObject.name}`,
      event,
    }));
  return [...wanting, ...failing].map(({ owner, event }) => {
    const diagnosis = admission(observation, owner, event);
    const finding = {
      ...diagnosis,
      stage: stageOf(diagnosis.code),
      affected: [owner],
      docs: pageOf(diagnosis.code),
    };
    return { finding, key: `${diagnosis.code} ${owner}` };
  });
}

function merge(found: readonly Found[]): Finding[] {
  const byKey = new Map<string, Finding>();
  for (const { finding, key } of found) {
    const first = byKey.get(key);
    if (first === undefined) byKey.set(key, finding);
    else first.affected.push(...finding.affected.filter((name) => !first.affected.includes(name)));
  }
  return [...byKey.values()];
}
