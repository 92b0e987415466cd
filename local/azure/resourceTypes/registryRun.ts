/** `Microsoft.ContainerRegistry/registries/runs`: builds of a registry (ACR Tasks). `scheduleRun` starts one. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { splitImageReference } from "@tarmac/validate/imageReference";
import { methodNotAllowed } from "../armErrors.ts";
import { containerRegistryVersions } from "../apiVersions.ts";
import type { Cloud } from "../cloud.ts";
import type { Entry, Resource } from "../inventory.ts";
import { asString } from "../jsonValues.ts";
import { registryType } from "../registry/openRegistries.ts";
import { appendLog, logLink, uploadedSource } from "../registry/runStorage.ts";
import type { RunBuild } from "../registry/taskFile.ts";
import { runPassword, tokenUserName } from "../registry/tokenService.ts";
import type { ResourceType } from "./resourceType.ts";

export const runType = `${registryType}/runs`;

/** A run as Azure shows it: that it was accepted is its provisioning, and how it goes is its status. */
export const presentRun = ({ resource }: Entry): Resource => ({
  ...resource,
  properties: { ...resource.properties, provisioningState: "Succeeded" },
});

export const registryRun: ResourceType = {
  type: runType,
  apiVersions: ["2019-06-01-preview", ...containerRegistryVersions],
  tracked: false,
  permanent: true,
  checkName: () => undefined,
  put: () => {
    throw methodNotAllowed("PUT");
  },
  present: (_, entry) => presentRun(entry),

  provision: async (cloud, entry) => {
    const { id, name } = entry.resource;
    const registryId = id.slice(0, id.lastIndexOf("/runs/"));
    const set = (properties: object) =>
      cloud.inventory.patchProperties(id, { ...properties, lastUpdatedTime: new Date().toISOString() });
    set({ status: "Running", startTime: new Date().toISOString() });
    try {
      const outputImages = await build(cloud, entry, registryId, (line) => appendLog(cloud, registryId, name, line));
      set({ status: "Succeeded", finishTime: new Date().toISOString(), outputImages });
    } catch (error) {
      if (cloud.stopping.aborted) throw error;
      appendLog(cloud, registryId, name, error instanceof Error ? error.message : String(error));
      set({ status: "Failed", finishTime: new Date().toISOString() });
    }
  },

  actions: {
    listLogSasUrl: ({ cloud, entry }) => {
      const { id, name } = entry.resource;
      return Promise.resolve(logLink(cloud, id.split("/").at(-3) ?? "", name));
    },
  },
};

async function build(cloud: Cloud, { inner }: Entry, registryId: string, say: (line: string) => void) {
  const wanted = inner.build as RunBuild;
  const registry = cloud.inventory.get(registryId)?.resource;
  const server = asString(registry?.properties.loginServer) ?? "";
  const view = cloud.registries.find(server);
  const source = uploadedSource(cloud, registryId, String(inner.source));
  if (view === undefined || source === undefined) throw new Error("the registry or the uploaded context is gone");
  const context = mkdtempSync(join(tmpdir(), "tarmac-run-"));
  try {
    await promisify(execFile)("tar", [
      "--extract",
      "--gzip",
      "--no-same-owner",
      "--file",
      source,
      "--directory",
      context,
    ]);
    const password = await runPassword(cloud, view, asString(inner.caller));
    const digests = await cloud.buildForRun(
      {
        ...wanted,
        ...{ context, dockerfile: join(context, wanted.dockerfile) },
        registry: { server, username: tokenUserName, password },
      },
      say,
      cloud.stopping,
    );
    return Object.entries(digests).map(([name, digest]) => {
      const { path, tag } = splitImageReference(name);
      return { registry: server, repository: path, tag, digest };
    });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
