/**
 * A cause of failure: the observations that prove it, those that contradict it, and the resulting claim. One file per
 * cause, named by its code. ops/doctor/README.md explains how to add one.
 */
import type { OwnerFacts } from "../facts/ownerFacts.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import type { Scene } from "../facts/scene.ts";

/** In the order of fixing: a problem in an earlier stage hides problems in later ones. */
export const stages = ["cluster", "place", "pull", "config", "start", "run", "ready", "reach", "open"] as const;
export type Stage = (typeof stages)[number];

/**
 * Whether a rollout can still succeed without a change while this cause persists.
 *
 * - `"possible"`: it can. Nodes join, grants propagate, a registry answers again.
 * - `"impossible"`: it cannot. Only another image, setting or object helps.
 * - a number: it can until this many attempts have failed. An attempt is a pull, or a run of the container. A single
 *   failure can be accidental: a dependency starts later, or a registry replica does not have the image yet.
 */
export type Recovery = "possible" | "impossible" | number;

/** One step of a fix: what to do, and the command if there is one. */
export interface Step {
  say: string;
  /** Runs exactly as printed, with the official kubectl, az and pulumi. */
  command?: string;
  /** Placeholders in the command, in capitals, that the reader fills in. A command without placeholders is complete. */
  fill?: string[];
}

/** What a cause reports once it is proved. */
export interface Claim {
  /** One sentence with the names and numbers of this failure. */
  title: string;
  /** What was observed, each with its source. */
  evidence: string[];
  mend: Step[];
  /** Name of the affected container. */
  container?: string;
  /** What fails because of it, if that differs from the subject of the cause. */
  affected?: string[];
}

interface Head<Code extends string> {
  code: Code;
  stage: Stage;
  recovery: Recovery;
  /** Codes of more general causes that this one supersedes if both are proved. */
  over?: readonly string[];
}

interface Judged<Subject, Code extends string> extends Head<Code> {
  /** The claim about the subject if it is proved and nothing contradicts it. */
  judge: (subject: Subject) => Claim[];
}

/**
 * Judges each failing pod. One cause is reported per pod: the first in the catalog that no other proved cause is
 * `over`.
 */
export interface PodCause<Code extends string = string> extends Judged<PodFacts, Code> {
  about: "pod";
}

/** Judges each owner of pods (a Deployment, a Job, ...) that lacks pods although none of its pods explains why. */
export interface OwnerCause<Code extends string = string> extends Judged<OwnerFacts, Code> {
  about: "owner";
}

/** Judges the whole observation once: Services, policies, the namespace. Each claim names what it affects. */
export interface SceneCause<Code extends string = string> extends Judged<Scene, Code> {
  about: "scene";
}

export type Cause<Code extends string = string> = PodCause<Code> | OwnerCause<Code> | SceneCause<Code>;

/** What a cause file declares. `Proof` holds what was observed; `undefined` means not proved. */
interface Declared<Subject, Code extends string, Proof> extends Head<Code> {
  /** The required observations. Use structured facts and looks; use log text only where a process ended by itself. */
  proof: (subject: Subject) => Proof | undefined;
  /** An observation that contradicts the cause, as a sentence. */
  contradiction?: (subject: Subject, proof: Proof) => string | undefined;
  claim: (subject: Subject, proof: Proof) => Claim;
}

function judged<Subject, Code extends string, Proof>({
  proof,
  contradiction,
  claim,
  ...head
}: Declared<Subject, Code, Proof>): Judged<Subject, Code> {
  return {
    ...head,
    judge: (subject) => {
      const found = proof(subject);
      if (found === undefined || contradiction?.(subject, found) !== undefined) return [];
      return [claim(subject, found)];
    },
  };
}

export const podCause = <const Code extends string, Proof>(
  declared: Declared<PodFacts, Code, Proof>,
): PodCause<Code> => ({ about: "pod", ...judged(declared) });

export const ownerCause = <const Code extends string, Proof>(
  declared: Declared<OwnerFacts, Code, Proof>,
): OwnerCause<Code> => ({ about: "owner", ...judged(declared) });

/** @param declared.proofs everything the cause applies to, such as each Service without pods */
export const sceneCause = <const Code extends string, Proof>({
  proofs,
  claim,
  ...head
}: Head<Code> & {
  proofs: (scene: Scene) => readonly Proof[];
  claim: (scene: Scene, proof: Proof) => Claim & { affected: string[] };
}): SceneCause<Code> => ({
  about: "scene",
  ...head,
  judge: (scene) => proofs(scene).map((proof) => claim(scene, proof)),
});
