/** One check from the beginning to the end: get the image, look at it, run it, judge; each platform of it by itself. */
import { basename } from "node:path/posix";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { checks } from "./checks/allChecks.ts";
import type { Conditions } from "./podConditions.ts";
import { build } from "./engine/dockerfileBuild.ts";
import { imageConfig } from "./engine/imageConfig.ts";
import { Containers } from "./engine/containers.ts";
import { loadArchive } from "./engine/loadArchive.ts";
import { obtain, type Variant } from "./engine/obtain.ts";
import type { Evidence, ImageConfig, RunEvidence } from "./runEvidence.ts";
import { readImage } from "./image/archive.ts";
import { contentOf, type ImageContent } from "./image/content.ts";
import { withinMachine } from "./machineBounds.ts";
import type { Report } from "./checkProgress.ts";
import { observe } from "./run/observeContainer.ts";
import type { Subject } from "./checkedImage.ts";
import { megabytes } from "./units.ts";
import { verdictOf, type Verdict } from "./verdict.ts";
import type { Code } from "./findingCodes.ts";

export interface CheckInput {
  docker: Docker;
  subject: Subject;
  conditions: Conditions;
  /** False: look at the image only. */
  run: boolean;
  timeoutSeconds: number;
  docsOf: (code: Code) => string;
  report: Report;
  /** Aborted when the check is to end at once, with what it has made removed. */
  signal: AbortSignal;
}

export interface CheckOutcome {
  verdicts: Verdict[];
  notRun?: string;
  /** Why not everything could be checked; the verdicts are those of what was seen until then. */
  incomplete?: string;
  /** What this machine cannot give, and what it gave instead. */
  bounds?: string[];
}

/** @throws CouldNotRun; the reason of `signal` when that is aborted */
export async function check(input: CheckInput): Promise<CheckOutcome> {
  const { docker, subject, report, signal } = input;
  if ("build" in subject) {
    const tag = `tarmac-check:${randomUUID().slice(0, 12)}`;
    report(`building ${subject.build.folder}`);
    try {
      const bases = await orAborted(build(docker, subject.build, tag, report), signal);
      return await lookAtEach(input, [{ reference: tag }], bases);
    } finally {
      // The builder keeps its cache: the next check of the same folder does not build it again.
      await removeImage(docker, tag);
    }
  }
  const obtained =
    "image" in subject
      ? obtain(docker, subject.image, input.conditions.platform, report)
      : loadArchive(docker, subject.archive, report);
  const { variants, release } = await orAborted(obtained, signal);
  try {
    return await lookAtEach(input, variants, undefined);
  } finally {
    await release();
  }
}

const removeImage = (docker: Docker, reference: string) =>
  docker
    .getImage(reference)
    .remove({ force: true })
    .catch(() => undefined);

async function lookAtEach(
  input: CheckInput,
  variants: readonly Variant[],
  bases: string[] | undefined,
): Promise<CheckOutcome> {
  const [only] = variants;
  if (variants.length === 1 && only !== undefined) return look(input, only, bases);
  const wanted = input.conditions.platform;
  const isWanted = ({ platform }: Variant) => platform === wanted;
  // That of the nodes first; the others are not wrong where that one is among them.
  const ordered = [...variants].sort((a, b) => Number(isWanted(b)) - Number(isWanted(a)));
  const all: CheckOutcome[] = [];
  for (const [at, variant] of ordered.entries()) {
    const { platform = wanted } = variant;
    const expected = ordered.some(isWanted) || at > 0 ? platform : wanted;
    input.report(`checking the image for ${platform}`);
    const outcome = await look({ ...input, conditions: { ...input.conditions, platform: expected } }, variant, bases);
    all.push({ ...outcome, verdicts: outcome.verdicts.map((verdict) => ofPlatform(verdict, platform)) });
  }
  const said = (key: "notRun" | "incomplete") =>
    [...new Set(all.flatMap((outcome) => outcome[key] ?? []))].join("; ") || undefined;
  const [notRun, incomplete] = [said("notRun"), said("incomplete")];
  return {
    verdicts: all.flatMap(({ verdicts }) => verdicts),
    ...(notRun === undefined ? {} : { notRun }),
    ...(incomplete === undefined ? {} : { incomplete }),
    bounds: [...new Set(all.flatMap(({ bounds = [] }) => bounds))],
  };
}

const ofPlatform = (verdict: Verdict, platform: string): Verdict => ({
  ...verdict,
  platform,
  findings: verdict.findings.map((finding) => ({ ...finding, platform })),
});

async function look(input: CheckInput, variant: Variant, bases: string[] | undefined): Promise<CheckOutcome> {
  const { docker, report, timeoutSeconds, docsOf } = input;
  const { reference } = variant;
  const containers = new Containers(docker, timeoutSeconds + 60);
  const timeLimit = AbortSignal.timeout(timeoutSeconds * 1000);
  const { conditions, bounds, cpus } = await withinMachine(docker, input.conditions);
  const config = await orAborted(imageConfig(docker, reference), input.signal);
  const notRun = await reasonNotToRun(input, config.platform);
  const seen: Partial<RunEvidence> = {};
  const read: { content?: ImageContent } = {};
  const troubles: string[] = [];
  try {
    await containers.sweep().catch(() => undefined);
    // Both at once: reading is this process's work, running the engine's.
    const work = Promise.allSettled([
      readContent(config).then((content) => (read.content = content)),
      notRun === undefined ? observe({ containers, image: reference, config, conditions, report }, seen) : undefined,
    ]);
    for (const outcome of await orAborted(work, AbortSignal.any([input.signal, timeLimit]))) {
      if (outcome.status === "rejected") troubles.push(inWords(outcome.reason));
    }
  } catch (error) {
    if (!timeLimit.aborted || input.signal.aborted) throw error;
    troubles.push(`the check was not done after ${timeoutSeconds} s; give it more time with --timeout SECONDS`);
  } finally {
    // An engine that does not answer any more must not keep the result back.
    await Promise.race([containers.close().catch(() => undefined), sleep(30_000, undefined, { ref: false })]);
  }
  const evidence: Evidence = {
    ...{ reference: variant.shown ?? reference, bases, config, conditions, machineCpus: cpus },
    ...(read.content === undefined ? {} : { content: read.content }),
    ...(seen.restricted === undefined ? {} : { run: seen as RunEvidence }),
  };
  return {
    verdicts: checks.map((one) => verdictOf(one, evidence, docsOf)),
    ...(notRun === undefined ? {} : { notRun }),
    ...(troubles.length === 0 ? {} : { incomplete: troubles.join("; ") }),
    bounds,
  };

  async function readContent({ entrypoint, command }: ImageConfig): Promise<ImageContent> {
    const words = [...entrypoint, ...command].flatMap((word) => word.split(/\s+/));
    const scripts = new Set(
      words.map((word) => basename(word)).filter((name) => /^[\w.-]+$/.test(name) && name !== "."),
    );
    const archive = await docker
      .getImage(reference)
      .get()
      .catch((error: Error) => {
        // The engine's words for an image without a single layer.
        if (/empty export/.test(error.message)) return undefined;
        throw error;
      });
    if (archive === undefined) return contentOf([], { bytes: 0, compressedBytes: 0 }, { scripts });
    const content = await readImage(archive as Readable, { scripts });
    report(`read its ${content.layers} layers (${megabytes(content.bytes)})`);
    return content;
  }
}

/** Without the stack: it is the engine's or the image's trouble that is told, and it has its own words. */
function inWords(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error);
}

/** An image for another processor would only say "exec format error". */
async function reasonNotToRun({ run, docker }: CheckInput, platform: string): Promise<string | undefined> {
  if (!run) return "--no-run";
  const { Os, Arch } = await docker.version();
  return platform === "" || platform.startsWith(`${Os}/${Arch}`)
    ? undefined
    : `it is for ${platform}, and this engine is ${Os}/${Arch}`;
}

/** The work's result, or the reason of the signal, whichever comes first. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // When the signal wins, the work fails later by itself: its containers are gone.
  work.catch(() => undefined);
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
