/**
 * The registry of base images, in place of public registries that cannot be reached. It needs no sign-in and listens on loopback
 * only. (The simulated Azure serves the registries that stand for ACR.)
 */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../host/command.ts";
import type { Daemon } from "../host/daemons.ts";
import { answersOk } from "../host/readiness.ts";
import { ports, stateFolder } from "../layout.ts";
import { dataFolder, writeText } from "../host/daemonFiles.ts";

export const baseRegistryName = "base-registry";
export const baseRegistryAddress = `localhost:${ports.baseRegistry}`;
export const baseRegistryFolder = join(stateFolder, "base-registry");
const imageFolder = join(baseRegistryFolder, "images");

const manifestTypes =
  "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";

/** The configuration of docker-registry. */
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

/** Signs the state of uploads. Stored, so that a restart does not change the configuration. */
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

/** Whether the registry has a complete image: its manifest and every blob that the manifest names. */
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
