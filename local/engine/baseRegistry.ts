/**
 * The registry of base images: stands in for the public registries that cannot be reached. It asks for no sign-in and
 * answers on loopback only. (The registries that stand for ACR are the simulated Azure's.)
 */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../host/command.ts";
import type { Daemon } from "../host/processes.ts";
import { answersOk } from "../host/readiness.ts";
import { ports, stateFolder } from "../settings.ts";
import { dataFolder, writeText } from "../host/daemonFiles.ts";

export const baseRegistryName = "base-registry";
export const baseRegistryAddress = `localhost:${ports.baseRegistry}`;
export const baseRegistryFolder = join(stateFolder, "base-registry");
const imageFolder = join(baseRegistryFolder, "images");

const manifestTypes =
  "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";

/** docker-registry's own configuration. */
export function baseRegistryConfig(secret: string): string {
  return `version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: ${imageFolder}
http:
  addr: 127.0.0.1:${ports.baseRegistry}
  secret: ${secret}
`;
}

/** Signs upload states only; kept so that a restart changes nothing. */
function keptSecret(): string {
  const file = join(baseRegistryFolder, "secret");
  try {
    return readFileSync(file, "utf8");
  } catch {
    const secret = randomBytes(16).toString("hex");
    writeFileSync(file, secret, { mode: 0o600 });
    return secret;
  }
}

export function baseRegistryDaemon(): Daemon {
  const images = dataFolder(imageFolder);
  const config = baseRegistryConfig(keptSecret());
  const file = join(baseRegistryFolder, "config.yml");
  writeText(file, config, 0o600);
  return {
    name: baseRegistryName,
    title: "registry of base images",
    command: findProgram("docker-registry", "docker-registry"),
    args: ["serve", file],
    env: { OTEL_TRACES_EXPORTER: "none" },
    configuration: [config, images],
    listens: [{ port: ports.baseRegistry, address: "127.0.0.1" }],
    ready: () => answersOk(`http://127.0.0.1:${ports.baseRegistry}/v2/`),
  };
}

/** Whether the registry holds a whole image of that name: its manifest and every blob the manifest names. */
export async function holdsImage(repository: string, tag: string): Promise<boolean> {
  const base = `http://127.0.0.1:${ports.baseRegistry}/v2/${repository}`;
  const answer = await fetch(`${base}/manifests/${tag}`, { headers: { accept: manifestTypes } });
  if (!answer.ok) return false;
  const manifest = (await answer.json()) as { config: { digest: string }; layers: { digest: string }[] };
  const blobs = [manifest.config, ...manifest.layers].map(({ digest }) =>
    fetch(`${base}/blobs/${digest}`, { method: "HEAD" }),
  );
  return (await Promise.all(blobs)).every((blob) => blob.ok);
}
