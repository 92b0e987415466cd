/** Helpers for end-to-end tests on the stack `local`, which use the same commands as people. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { configFile, stackEnvironment } from "../../local/stack/stack.ts";
import { failedUpdate } from "./failedUpdate.ts";
import { run, succeeded } from "./runProgram.ts";

/** Runs a program with the environment's settings and returns its output. @throws Error with its output when it fails */
export const local = (program: string, ...args: string[]): Promise<string> =>
  run(program, args, { env: stackEnvironment() });

/** Runs an npm script of the project as a person would, and returns its output. @throws Error with the output when it fails */
export async function npm(...args: string[]): Promise<string> {
  const { stdout, stderr } = await succeeded("npm", args, { env: { ...process.env, CI: "true" } });
  return stdout + stderr;
}

/**
 * Runs `npm start`: the environment and the stack match the checkout afterwards. With TARMAC_E2E_STARTED=1, uses the running
 * environment as it is, even if another checkout started it.
 */
export const start = (): Promise<string> =>
  process.env.TARMAC_E2E_STARTED === "1" ? Promise.resolve("") : npm("start");

/** Hands on a copy of the environment's stack file, with settings that override it: values by key, without `tarmac:`. */
async function withSettings<T>(settings: Record<string, unknown>, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-e2e-"));
  try {
    const file = join(folder, "Pulumi.local.yaml");
    const document = parseDocument(readFileSync(configFile, "utf8"));
    for (const [key, value] of Object.entries(settings)) document.setIn(["config", `tarmac:${key}`], value);
    writeFileSync(file, document.toString(), { mode: 0o600 });
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs a Pulumi command on the stack with settings that override the stack file.
 * @param settings values by key, without `tarmac:`
 */
export const pulumi = (
  command: string,
  settings: Record<string, unknown> = {},
  ...options: string[]
): Promise<string> =>
  withSettings(settings, (file) =>
    local("pulumi", command, "--non-interactive", "--stack", "local", "--config-file", file, ...options),
  );

/** An update whose rollout must fail. @returns what the doctor and Pulumi print */
export const failedUp = (settings: Record<string, unknown>): Promise<string> =>
  withSettings(settings, (file) => failedUpdate("local", file, { env: stackEnvironment() }));

export const up = (settings: Record<string, unknown> = {}, ...options: string[]): Promise<string> =>
  pulumi("up", settings, "--yes", "--skip-preview", ...options);

export interface Outputs {
  url: string;
  imageReference: string;
  loginServer: string;
  resourceGroup: string;
  clusterName: string;
  namespaceName: string;
  kubeletObjectId: string;
}

export const outputs = async (): Promise<Outputs> =>
  JSON.parse(await local("pulumi", "stack", "output", "--json", "--stack", "local")) as Outputs;

/** The fields of a pod that the tests use. */
export interface Pod {
  metadata: { name: string; labels: Record<string, string>; deletionTimestamp?: string };
  spec: { containers: { image: string; name: string }[]; imagePullSecrets?: unknown };
  status: {
    phase: string;
    conditions?: { type: string; status: string }[];
    containerStatuses?: {
      imageID: string;
      ready: boolean;
      state: { waiting?: { reason: string; message?: string } };
    }[];
  };
}

/** The pods of a namespace that are not terminating. */
export async function pods(namespace: string): Promise<Pod[]> {
  const list = JSON.parse(await local("kubectl", "get", "pods", "--namespace", namespace, "--output", "json")) as {
    items: Pod[];
  };
  return list.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

export const isReady = (pod: Pod): boolean =>
  pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

/** Runs JavaScript on the Node in the pod's image, which has no shell. */
export const inPod = (namespace: string, pod: string, script: string): Promise<string> =>
  local("kubectl", "exec", "--namespace", namespace, pod, "--", "/usr/local/bin/node", "-e", script);

/** Polls every second until `accept` returns true. @throws Error with the last answer after `seconds` */
export async function eventually<T>(ask: () => Promise<T>, accept: (answer: T) => boolean, seconds = 120): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (accept(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(
        `not seen within ${seconds} s; the last answer was ${String(JSON.stringify(answer)).slice(0, 3000)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
