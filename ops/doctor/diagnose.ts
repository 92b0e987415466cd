/** Turns an observation into findings: one root cause per failing pod, in the order of fixing. */
import type { Cause, Claim, OwnerCause, PodCause, SceneCause } from "./causes/cause.ts";
import { catalog, type CauseCode, orderOf, pageOf, stageOf } from "./causes/causeCodes.ts";
import { onNode } from "./crictl.ts";
import type { OwnerFacts, OwnerHealth } from "./facts/ownerFacts.ts";
import type { Health } from "./facts/podHealth.ts";
import type { PodFacts } from "./facts/podFacts.ts";
import { type Scene, sceneOf } from "./facts/scene.ts";
import type { Finding } from "./finding.ts";
import type { Observation } from "./observation.ts";

export interface PodHealth {
  name: string;
  health: Health;
}

export interface OwnerReport {
  /** e.g. "deployment/web". */
  name: string;
  health: OwnerHealth;
  /** Number of desired and of available pods. */
  wants: number;
  has: number;
  note?: string;
}

export interface Result {
  /**
   * "unknown" if no problem is known, but something that would show one could not be read. "starting" if something is
   * not complete yet, but still within its normal time.
   */
  verdict: "healthy" | "failing" | "unknown" | "starting";
  /** In the order of fixing. */
  findings: Finding[];
  pods: PodHealth[];
  owners: OwnerReport[];
}

interface Proved {
  code: CauseCode;
  over: readonly string[];
  claim: Claim;
}

const all: readonly Cause<CauseCode>[] = catalog;
const podCauses = all.filter((cause): cause is PodCause<CauseCode> => cause.about === "pod");
const ownerCauses = all.filter((cause): cause is OwnerCause<CauseCode> => cause.about === "owner");
const sceneCauses = all.filter((cause): cause is SceneCause<CauseCode> => cause.about === "scene");

export function diagnose(observation: Observation): Result {
  const scene = sceneOf(observation);
  const failing = scene.pods.filter(({ health }) => health === "failing").map(({ facts }) => facts);
  const found = [
    ...failing.flatMap((facts) => ofPod(facts)),
    ...unexplained(scene, failing).flatMap((owner) => ofOwner(owner)),
    ...sceneCauses.flatMap(({ code, judge }) => judge(scene).map((claim) => foundAbout(code, claim, ""))),
  ];
  const findings = merge(found).sort((left, right) => orderOf(left.code) - orderOf(right.code));
  const pods = scene.pods.map(({ facts, health }) => ({ name: facts.podName, health }));
  const owners = scene.owners.map(({ ref, health, wants, has, note }) => ({
    name: ref,
    health,
    wants,
    has,
    ...(note === undefined ? {} : { note }),
  }));
  const verdict =
    findings.length > 0
      ? "failing"
      : observation.blind.length > 0
        ? "unknown"
        : isOnItsWay(scene)
          ? "starting"
          : "healthy";
  return { verdict, findings, pods, owners };
}

/** Jobs start and end all the time, so a Job that has not ended means nothing. */
function isOnItsWay({ pods, owners }: Scene): boolean {
  const ofJob = (kind: string) => kind === "Job" || kind === "CronJob";
  return (
    owners.some(({ health, kind }) => health === "starting" && !ofJob(kind)) ||
    pods.some(({ health, facts }) => health === "starting" && !ofJob(facts.owner.kind))
  );
}

/** Owners that lack pods although none of their pods explains why, and owners whose pods are refused. */
function unexplained({ owners }: Scene, failing: readonly PodFacts[]): OwnerFacts[] {
  return owners.filter(({ health, refused, ref, kind }) => {
    if (refused !== undefined) return true;
    if (health !== "failing") return false;
    const explained = failing.some(({ owner }) => owner.ref === ref);
    // If a Job failed at its deadline, its pods do not explain that.
    return !explained || (kind === "Job" && failing.length === 0);
  });
}

/** The first proved cause in the catalog that no other proved cause supersedes. */
function first(proved: readonly Proved[]): Proved | undefined {
  const superfluous = new Set(proved.flatMap(({ over }) => over));
  return proved.find(({ code }) => !superfluous.has(code)) ?? proved[0];
}

function provedBy<Subject>(
  causes: readonly { code: CauseCode; over?: readonly string[]; judge: (subject: Subject) => Claim[] }[],
  subject: Subject,
): Proved[] {
  return causes.flatMap(({ code, over = [], judge }) => judge(subject).map((claim) => ({ code, over, claim })));
}

interface Found {
  finding: Finding;
  /** Findings with the same key are merged. */
  key: string;
}

function ofPod(facts: PodFacts): Found[] {
  const proved = first(provedBy(podCauses, facts));
  if (proved === undefined) return [];
  const { code, claim } = proved;
  const stage = stageOf(code);
  const node = onNode(facts, stage, claim);
  const image = facts.containers.find(({ name }) => name === claim.container)?.spec.image ?? "";
  // A fault of the cluster is one finding, whichever pods it affects. During a rollout, old and new pods of one owner can
  // fail for the same cause with different images.
  const about = stage === "cluster" ? "" : `${facts.owner.ref} ${claim.container ?? ""} ${image}`;
  const found = foundAbout(code, { ...claim, affected: claim.affected ?? [`pod/${facts.podName}`] }, about);
  return [{ ...found, finding: { ...found.finding, ...(node === undefined ? {} : { onNode: node }) } }];
}

function ofOwner(owner: OwnerFacts): Found[] {
  const proved = first(provedBy(ownerCauses, owner));
  return proved === undefined ? [] : [foundAbout(proved.code, proved.claim, owner.ref)];
}

function foundAbout(code: CauseCode, claim: Claim, about: string): Found {
  const affected = claim.affected ?? [];
  const finding: Finding = { ...claim, code, stage: stageOf(code), affected: [...affected], docs: pageOf(code) };
  return { finding, key: `${code} ${about === "" && stageOf(code) !== "cluster" ? affected.join(" ") : about}` };
}

function merge(found: readonly Found[]): Finding[] {
  const byKey = new Map<string, Finding>();
  for (const { finding, key } of found) {
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, finding);
    else known.affected.push(...finding.affected.filter((name) => !known.affected.includes(name)));
  }
  return [...byKey.values()];
}
