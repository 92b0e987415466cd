/** What to check, and under which conditions: command-line options take precedence over the stack's settings. */
import { existsSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { imageDefaults } from "@tarmac/components/image";
import type { Settings } from "@tarmac/settings/everySetting";
import { workloadArgs } from "@tarmac/settings/workloadSettings";
import type { BuildInput } from "./engine/dockerfileBuild.ts";
import { isArchive } from "./engine/loadArchive.ts";
import { conditionsOf, type Conditions } from "./podConditions.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import type { Options } from "./checkImageOptions.ts";

export type Subject = { image: string } | { build: BuildInput } | { archive: string };

/**
 * @param folders `checkout`: base of the stack's paths; `caller`: base of the command line's paths
 * @throws CouldNotRun if a folder has no Dockerfile, or a path does not exist
 */
export async function subjectOf(
  options: Options,
  settings: Settings | undefined,
  folders: { checkout: string; caller: string },
): Promise<Subject> {
  const given = options.subject;
  const inCheckout = (path: string) => resolve(folders.checkout, path);
  const ofCaller = (path: string) => resolve(folders.caller, path);
  const there = given === undefined ? [] : [ofCaller(given), inCheckout(given)].filter((path) => existsSync(path));
  const file = there.find((path) => statSync(path).isFile());
  if (file !== undefined && (await isArchive(file))) return { archive: file };
  const folder =
    given === undefined
      ? inCheckout(settings?.context ?? ".")
      : (there.find((path) => statSync(path).isDirectory()) ?? (file === undefined ? undefined : dirname(file)));
  if (folder === undefined) {
    if (given === undefined || isAbsolute(given) || /^\.{1,2}(?:\/|$)/.test(given) || /\.tar(?:\.gz)?$/.test(given)) {
      throw new CouldNotRun(
        `"${given}" is neither a folder nor a file: name a folder with a Dockerfile, a Dockerfile, an image as a file, or an image`,
      );
    }
    return { image: given };
  }
  // The stack's Dockerfile setting applies only to the stack's own folder.
  const own = settings !== undefined && folder === inCheckout(settings.context);
  const dockerfile =
    options.build.dockerfile !== undefined
      ? ofCaller(options.build.dockerfile)
      : file !== undefined && file !== folder
        ? file
        : own && settings.dockerfile !== undefined
          ? inCheckout(settings.dockerfile)
          : join(folder, "Dockerfile");
  if (!existsSync(dockerfile)) {
    throw new CouldNotRun(`there is no ${dockerfile}: name the Dockerfile with --dockerfile FILE`);
  }
  return {
    build: {
      folder,
      dockerfile,
      buildArgs: { ...settings?.buildArgs, ...options.build.buildArgs },
      target: options.build.target ?? (own ? settings.buildTarget : undefined),
      platform: platformOf(options, settings),
    },
  };
}

/** Platform of the nodes. */
const platformOf = (options: Options, settings: Settings | undefined): string =>
  options.platform ?? settings?.platform ?? imageDefaults.platform;

/** Conditions of the run. */
export function conditionsFor(options: Options, settings: Settings | undefined): Conditions {
  const { workload } = options;
  const base = settings === undefined ? {} : workloadArgs(settings);
  const merged = {
    ...base,
    ...given(workload),
    limits: { ...base.limits, ...given(workload.limits ?? {}) },
    liveness: { ...base.liveness, ...given(workload.liveness ?? {}) },
    readiness: { ...base.readiness, ...given(workload.readiness ?? {}) },
    environment: { ...base.environment, ...workload.environment },
  };
  const platform = platformOf(options, settings);
  return conditionsOf(settings?.appName ?? "check-image", merged, { ...options, platform });
}

/** Removes keys with the value `undefined`, which would hide the stack's. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
