/**
 * One check from start to finish: get the image, inspect it, run it, and judge it. Each platform is checked separately.
 */
import { basename } from "node:path/posix";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { checks } from "./checks/allChecks.ts";
import { vulnerabilities } from "./checks/vulnerabilityCheck.ts";
import type { Conditions } from "./podConditions.ts";
import { currentDigests, labeledBase } from "./engine/baseDigests.ts";
import { build } from "./engine/dockerfileBuild.ts";
import { imageConfig } from "./engine/imageConfig.ts";
import { Containers } from "./engine/checkContainers.ts";
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
import { scanImage } from "./vulnerabilities/scanImage.ts";
import type { ScanOptions } from "./vulnerabilities/scanOptions.ts";
import type { Code } from "./findingCodes.ts";

export interface CheckInput {
  docker: Docker;
  subject: Subject;
  conditions: Conditions;
  /** False: only inspect the image. */
  run: boolean;
  timeoutSeconds: number;
  /** How to look for known vulnerabilities; absent: not at all. */
  scan?: ScanOptions;
  docsOf: (code: Code) => string;
  report: Report;
  /** When aborted, the check ends at once and removes what it created. */
  signal: AbortSignal;
}

export interface CheckOutcome {
  verdicts: Verdict[];
  notRun?: string;
  /** Why the check is incomplete; the verdicts cover what was observed until then. */
  incomplete?: string;
  /** Limits that this machine cannot provide, and what it provided instead. */
  bounds?: string[];
}

/** @throws CouldNotRun; the reason of `signal` if that is aborted */
export async function check(input: CheckInput): Promise<CheckOutcome> {
  const { docker, subject, report, signal } = input;
  if ("build" in subject) {
    const tag = `tarmac-check:${randomUUID().slice(0, 12)}`;
    report(`building ${subject.build.folder}`);
    try {
      const bases = await orAborted(build(docker, subject.build, tag, report), signal);
      return await lookAtEach(input, [{ reference: tag }], bases);
    } finally {
      // The builder keeps its cache: the next check of the same folder does not rebuild everything.
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
  // The nodes' platform first. Other platforms are not wrong if that one is included.
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
    // Run both in parallel: this process does the reading, the engine does the running.
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
    // An unresponsive engine must not delay the result.
    await Promise.race([containers.close().catch(() => undefined), sleep(30_000, undefined, { ref: false })]);
  }
  const scanned = input.scan === undefined ? undefined : await scan(input.scan);
  if (scanned !== undefined && "unknown" in scanned) troubles.push(`vulnerabilities are unknown: ${scanned.unknown}`);
  const labeled = labeledBase(config.labels);
  const currentBases = await currentDigests(bases ?? (labeled === undefined ? [] : [labeled]));
  const evidence: Evidence = {
    ...{ reference: variant.shown ?? reference, bases, currentBases, config, conditions, machineCpus: cpus },
    ...(read.content === undefined ? {} : { content: read.content }),
    ...(seen.restricted === undefined ? {} : { run: seen as RunEvidence }),
    ...(scanned === undefined || "unknown" in scanned ? {} : { vulnerabilities: scanned }),
  };
  return {
    verdicts: [...checks, ...(input.scan === undefined ? [] : [vulnerabilities])].map((one) =>
      verdictOf(one, evidence, docsOf),
    ),
    ...(notRun === undefined ? {} : { notRun }),
    ...(troubles.length === 0 ? {} : { incomplete: troubles.join("; ") }),
    bounds,
  };

  function scan(options: ScanOptions) {
    report(`looking for known vulnerabilities (${options.scanner === "any" ? "grype or trivy" : options.scanner})`);
    const archive = async () => (await docker.getImage(reference).get()) as Readable;
    return scanImage({ ...options, archive, signal: input.signal });
  }

  async function readContent({ entrypoint, command }: ImageConfig): Promise<ImageContent> {
    const words = [...entrypoint, ...command].flatMap((word) => word.split(/\s+/));
    const scripts = new Set(
      words.map((word) => basename(word)).filter((name) => /^[\w.-]+$/.test(name) && name !== "."),
    );
    const archive = await docker
      .getImage(reference)
      .get()
      .catch((error: Error) => {
        // The engine's error for an image without layers.
        if (/empty export/.test(error.message)) return undefined;
        throw error;
      });
    if (archive === undefined) return contentOf([], { bytes: 0, compressedBytes: 0 }, { scripts });
    const content = await readImage(archive as Readable, { scripts });
    report(`read its ${content.layers} layers (${megabytes(content.bytes)})`);
    return content;
  }
}

/** Without the stack trace: the problem is in the engine or the image, and the message describes it. */
function inWords(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error);
}

/** An image for another architecture would only fail with "exec format error". */
async function reasonNotToRun({ run, docker }: CheckInput, platform: string): Promise<string | undefined> {
  if (!run) return "--no-run";
  const { Os, Arch } = await docker.version();
  return platform === "" || platform.startsWith(`${Os}/${Arch}`)
    ? undefined
    : `it is for ${platform}, and this engine is ${Os}/${Arch}`;
}

/** The result, or the signal's reason, whichever comes first. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // If the signal comes first, the work fails later by itself, because its containers are gone. Ignore that.
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
