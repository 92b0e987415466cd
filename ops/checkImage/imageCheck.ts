/** One check from the beginning to the end: get the image, look at it, run it, judge. */
import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { checks } from "./checks/allChecks.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import type { Conditions } from "./podConditions.ts";
import { build } from "./engine/dockerfileBuild.ts";
import { imageConfig } from "./engine/imageConfig.ts";
import { Containers } from "./engine/containers.ts";
import { obtain } from "./engine/obtain.ts";
import type { Evidence } from "./runEvidence.ts";
import { readImage } from "./image/archive.ts";
import type { Report } from "./checkProgress.ts";
import { observe } from "./run/observeContainer.ts";
import type { Subject } from "./checkedImage.ts";
import { megabytes } from "./units.ts";
import { verdictOf, type Verdict } from "./verdict.ts";
import type { Code } from "./findingCodes.ts";
import type { Readable } from "node:stream";

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
}

/** @throws CouldNotRun; the reason of `signal` when that is aborted */
export async function check(input: CheckInput): Promise<CheckOutcome> {
  const { docker, subject, report, signal } = input;
  if ("image" in subject) {
    await orAborted(obtain(docker, subject.image, report), signal);
    return look(input, subject.image, undefined);
  }
  const tag = `tarmac-check:${randomUUID().slice(0, 12)}`;
  report(`building ${subject.build.folder}`);
  try {
    const bases = await orAborted(build(docker, subject.build, tag, report), signal);
    return await look(input, tag, bases);
  } finally {
    // The builder keeps its cache: the next check of the same folder does not build it again.
    await docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined);
  }
}

async function look(input: CheckInput, reference: string, bases: string[] | undefined): Promise<CheckOutcome> {
  const { docker, conditions, report, timeoutSeconds, docsOf } = input;
  const containers = new Containers(docker, timeoutSeconds + 60);
  const signal = AbortSignal.any([input.signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
  try {
    const evidence = await orAborted(gather(), signal);
    const { notRun, ...known } = evidence;
    return {
      verdicts: checks.map((one) => verdictOf(one, known, docsOf)),
      ...(notRun === undefined ? {} : { notRun }),
    };
  } catch (error) {
    if ((error as Error).name !== "TimeoutError") throw error;
    throw new CouldNotRun(`it was not done after ${timeoutSeconds} s: give it more with --timeout SECONDS`, {
      cause: error,
    });
  } finally {
    await containers.close();
  }

  async function gather(): Promise<Evidence & { notRun?: string }> {
    await containers.sweep();
    const config = await imageConfig(docker, reference);
    const notRun = await reasonNotToRun(input, config.platform);
    const running =
      notRun === undefined ? observe({ containers, image: reference, config, conditions, report }) : undefined;
    // Both at once: reading is this process's work, running the engine's.
    const [content, run] = await Promise.all([readContent(), running]);
    return {
      ...{ reference, bases, config, content, conditions },
      ...(run === undefined ? {} : { run }),
      ...(notRun === undefined ? {} : { notRun }),
    };
  }

  async function readContent() {
    const content = await readImage((await docker.getImage(reference).get()) as Readable);
    report(`read its ${content.layers} layers (${megabytes(content.bytes)})`);
    return content;
  }
}

/** An image for another processor would only say "exec format error". */
async function reasonNotToRun({ run, docker }: CheckInput, platform: string): Promise<string | undefined> {
  if (!run) return "--no-run";
  const { Os, Arch } = await docker.version();
  return platform.startsWith(`${Os}/${Arch}`) ? undefined : `it is for ${platform}, and this engine is ${Os}/${Arch}`;
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
