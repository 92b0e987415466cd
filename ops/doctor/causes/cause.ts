/**
 * A cause of failure: what must have been observed, what would contradict it, and what to say then. One file per cause, named
 * by its code. README.md in this folder says how to add one.
 */
import type { OwnerFacts } from "../facts/ownerFacts.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import type { Scene } from "../facts/scene.ts";

/** In the order in which to fix: what is wrong in an earlier stage hides what is wrong in a later one. */
export const stages = ["cluster", "place", "pull", "config", "start", "run", "ready", "reach", "open"] as const;
export type Stage = (typeof stages)[number];

/**
 * Whether a rollout can still succeed without a change, as long as this cause stands.
 *
 * - `"possible"`: it can. Nodes join, grants propagate, a registry answers again.
 * - `"impossible"`: it cannot. Only another image, setting or object helps.
 * - a number: it can until this many attempts have failed. An attempt is a pull, or a run of the container. One failure can
 *   be an accident: a dependency that starts later, a registry replica that does not have the image yet.
 */
export type Recovery = "possible" | "impossible" | number;

/** One step of a fix: what to do, and the command if there is one. */
export interface Step {
  say: string;
  /** Runs exactly as printed with the official kubectl, az and pulumi. */
  command?: string;
  /** Words of the command, in capitals, that only the reader can fill in. A command without them is complete. */
  fill?: string[];
}

/** What a cause says once its proof is complete. */
export interface Claim {
  /** One sentence with the names and numbers of this case. */
  title: string;
  /** What was observed, each with its source. */
  evidence: string[];
  mend: Step[];
  /** Name of the affected container. */
  container?: string;
  /** What fails because of it, if that is not what the cause was asked about. */
  affected?: string[];
}

interface Head<Code extends string> {
  code: Code;
  stage: Stage;
  recovery: Recovery;
  /** Codes of more general causes, which this one makes superfluous where both are proved. */
  over?: readonly string[];
}

interface Judged<Subject, Code extends string> extends Head<Code> {
  /** The claim about the subject if it is proved and nothing contradicts it. */
  judge: (subject: Subject) => Claim[];
}

/** Asked about each failing pod. One cause per pod is reported: the first in the catalog that no other one is `over`. */
export interface PodCause<Code extends string = string> extends Judged<PodFacts, Code> {
  about: "pod";
}

/** Asked about each owner of pods (a Deployment, a Job, ...) that lacks what it wants while no pod of it explains that. */
export interface OwnerCause<Code extends string = string> extends Judged<OwnerFacts, Code> {
  about: "owner";
}

/** Asked once about everything that was observed: Services, policies, the namespace. Each claim names what it affects. */
export interface SceneCause<Code extends string = string> extends Judged<Scene, Code> {
  about: "scene";
}

export type Cause<Code extends string = string> = PodCause<Code> | OwnerCause<Code> | SceneCause<Code>;

/** What a cause file declares. `Proof` holds what was observed; a proof that is `undefined` is none. */
interface Declared<Subject, Code extends string, Proof> extends Head<Code> {
  /** What must have been observed. Structured facts and looks; text of a log only where a process ended by itself. */
  proof: (subject: Subject) => Proof | undefined;
  /** What was observed that speaks against it, as a sentence. */
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

/** @param declared.proofs everything that it holds for, such as each Service without pods */
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
