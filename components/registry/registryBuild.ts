/**
 * Makes an Azure container registry build an image from a build context (ACR Tasks, a quick run). This machine needs no
 * Docker engine.
 * https://learn.microsoft.com/azure/container-registry/container-registry-tasks-overview
 * https://learn.microsoft.com/azure/container-registry/container-registry-tasks-reference-yaml
 */
import * as pulumi from "@pulumi/pulumi";
import { managerRefusal, managerRequest } from "../azure/managerRequest.ts";
import { archivedDockerfile } from "../image/contextArchive.ts";

/** The first api-version in which a run can act for its caller, as a registry in the role mode "abac" requires. */
const apiVersion = "2025-03-01-preview";
const requestMilliseconds = 60_000;
/** An upload may be slow: 100 MB in 10 minutes is 1.3 Mbit/s. */
const uploadMilliseconds = 600_000;
/** Lines of the log that an error shows. */
const shownLines = 40;

export interface RegistryBuild {
  /** Address of the Resource Manager, e.g. "https://management.azure.com". */
  endpoint: string;
  /** Token for the Resource Manager. */
  token: string;
  /** Resource id of the registry that builds and keeps the image. */
  registryId: string;
  /** Host of that registry. */
  loginServer: string;
  /** Repository of the image. */
  repository: string;
  /** Tags of the image. */
  tags: readonly string[];
  /** The build context, as `contextArchive` returns it. */
  context: Buffer;
  /** Values of the Dockerfile's ARGs. */
  args: Readonly<Record<string, string>>;
  /** Stage to build. Default: the last. */
  target?: string | undefined;
  /** "linux/amd64" or "linux/arm64". */
  platform: string;
  /** Images whose layers the build may reuse. */
  cacheFrom: readonly string[];
  /** Whether the run signs in to the registry as its caller. In the role mode "abac", a run has no access of its own. */
  asCaller: boolean;
}

export interface BuildPatience {
  /** Seconds before Azure ends the build. Default: 3600. */
  seconds?: number;
  /** Milliseconds between two status requests. Default: 3000. */
  pauseMilliseconds?: number;
  /** Gets a line of progress now and then. */
  report?: (line: string) => void;
}

/** The part of a run that is read here. */
interface Run {
  properties?: {
    runId?: string;
    status?: string;
    outputImages?: { repository?: string; tag?: string; digest?: string }[];
  };
}

/**
 * Builds and pushes the image.
 * @returns its digest, `sha256:...`
 * @throws pulumi.RunError with Azure's refusal and the roles that count, or with the end of the build's log
 */
export async function buildInRegistry(build: RegistryBuild, patience: BuildPatience = {}): Promise<string> {
  const { seconds = 3600, pauseMilliseconds = 3000, report = () => undefined } = patience;
  report("uploading the build context to the registry");
  const sourceLocation = await upload(build);
  const scheduled = (await call(build, "scheduleRun", {
    type: "EncodedTaskRunRequest",
    encodedTaskContent: Buffer.from(taskFile(build)).toString("base64"),
    platform: { os: "Linux", ...architectureOf(build.platform) },
    sourceLocation,
    timeout: seconds,
    ...(build.asCaller && { credentials: { sourceRegistry: { identity: "[caller]" } } }),
  })) as Run;
  const runId = scheduled.properties?.runId;
  if (runId === undefined) throw new pulumi.RunError(`cannot build ${imageOf(build)}: Azure did not name the run`);
  // Azure ends the run in time. Waiting a little longer than that also covers a queue of other runs.
  const deadline = Date.now() + (seconds + 900) * 1000;
  for (;;) {
    const { properties: { status = "", outputImages = [] } = {} } = (await call(build, `runs/${runId}`)) as Run;
    if (status === "Succeeded") {
      const digest = outputImages.find(
        ({ repository, tag }) => repository === build.repository && tag === build.tags[0],
      )?.digest;
      if (digest !== undefined) return digest;
      throw new pulumi.RunError(`the run ${runId} built ${imageOf(build)}, but Azure did not report its digest`);
    }
    if (["Failed", "Canceled", "Error", "Timeout"].includes(status)) throw await failure(build, runId, status);
    if (Date.now() > deadline)
      throw new pulumi.RunError(
        `cannot build ${imageOf(build)}: the run ${runId} is still ${status} after ${seconds} s`,
      );
    report(`run ${runId} of ${registryName(build)}: ${status.toLowerCase()}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
}

/**
 * Returns the definition of the run. BuildKit must be asked for. An ARG's value comes from the environment of the step,
 * because the builder splits a command line into words.
 */
export function taskFile(
  build: Pick<RegistryBuild, "loginServer" | "repository" | "tags" | "args" | "target" | "platform" | "cacheFrom">,
): string {
  const { loginServer, repository, tags, args, target, platform, cacheFrom } = build;
  const images = tags.map((tag) => `${loginServer}/${repository}:${tag}`);
  const command = [
    ...images.map((image) => `--tag ${image}`),
    `--file ${archivedDockerfile}`,
    `--platform ${platform}`,
    ...(target === undefined ? [] : [`--target ${target}`]),
    ...Object.keys(args).map((name) => `--build-arg ${name}`),
    ...cacheFrom.map((image) => `--cache-from ${image}`),
    ".",
  ].join(" ");
  const environment = ["DOCKER_BUILDKIT=1", ...Object.entries(args).map(([name, value]) => `${name}=${value}`)];
  // A string in JSON is one in YAML too.
  return [
    "version: v1.0.0",
    "steps:",
    `  - build: ${JSON.stringify(command)}`,
    `    env: ${JSON.stringify(environment)}`,
    `  - push: ${JSON.stringify(images)}`,
    "",
  ].join("\n");
}

/**
 * Returns the problem with the value of an ARG, or `undefined`. ACR Tasks fills in `{{ }}` before it reads the definition of
 * a run.
 */
export function taskArgProblem(value: string): string | undefined {
  return value.includes("{{")
    ? 'must not contain "{{", which the registry would replace: change the value, or build with Docker'
    : undefined;
}

const architectureOf = (platform: string) =>
  platform === "linux/arm64" ? { architecture: "arm64", variant: "v8" } : { architecture: "amd64" };

const imageOf = ({ loginServer, repository, tags }: RegistryBuild): string =>
  `${loginServer}/${repository}:${tags[0] ?? ""}`;

const registryName = ({ registryId }: RegistryBuild): string => registryId.split("/").at(-1) ?? "";

/** Uploads the context. @returns where the run finds it */
async function upload(build: RegistryBuild): Promise<string> {
  const { uploadUrl, relativePath } = (await call(build, "listBuildSourceUploadUrl", {})) as {
    uploadUrl?: string;
    relativePath?: string;
  };
  if (uploadUrl === undefined || relativePath === undefined)
    throw new pulumi.RunError(`cannot build ${imageOf(build)}: Azure gave no address to upload the build context to`);
  const stored = await fetch(uploadUrl, {
    method: "PUT",
    headers: { "x-ms-blob-type": "BlockBlob", "Content-Type": "application/octet-stream" },
    body: new Uint8Array(build.context),
    redirect: "error",
    signal: AbortSignal.timeout(uploadMilliseconds),
  });
  if (!stored.ok)
    throw new pulumi.RunError(
      `cannot upload the build context of ${imageOf(build)} to ${new URL(uploadUrl).host}: HTTP ${stored.status} ${(await stored.text()).slice(0, 300)}`,
    );
  return relativePath;
}

/** Calls the registry's part of the Resource Manager, by POST if it has a body. @throws pulumi.RunError for a refusal */
async function call(build: RegistryBuild, path: string, body?: object): Promise<unknown> {
  const { endpoint, registryId, token } = build;
  const answer = await managerRequest(token, `${endpoint}${registryId}/${path}?api-version=${apiVersion}`, body);
  if (answer.ok) return answer.json();
  const { code, message } = await managerRefusal(answer);
  const fix =
    code === "TasksOperationsNotAllowed"
      ? 'Azure does not let this subscription build in registries, as it does not let free ones: set buildWith to "docker", or ask Azure support'
      : `the deploying identity needs Contributor, or Container Registry Tasks Contributor and the right to push, on ${registryId}. ` +
        "A new role assignment takes a few minutes to propagate: run the update again";
  throw new pulumi.RunError(`cannot build ${imageOf(build)} in the registry: ${code}: ${message}\n${fix}.`);
}

async function failure(build: RegistryBuild, runId: string, status: string): Promise<pulumi.RunError> {
  const lines = (await logOf(build, runId)).trimEnd().split("\n").slice(-shownLines);
  return new pulumi.RunError(
    [
      `the image ${imageOf(build)} could not be built: the run ${runId} ended as ${status}`,
      ...lines.map((line) => `  ${line}`),
      `The whole log: az acr task logs --registry ${registryName(build)} --run-id ${runId}`,
    ].join("\n"),
  );
}

/** Returns the log of a run, or why there is none. */
async function logOf(build: RegistryBuild, runId: string): Promise<string> {
  try {
    const { logLink = "" } = (await call(build, `runs/${runId}/listLogSasUrl`, {})) as { logLink?: string };
    const log = await fetch(logLink, { redirect: "error", signal: AbortSignal.timeout(requestMilliseconds) });
    return log.ok ? await log.text() : `(its log cannot be read: HTTP ${log.status})`;
  } catch (error) {
    return `(its log cannot be read: ${error instanceof Error ? error.message : String(error)})`;
  }
}
