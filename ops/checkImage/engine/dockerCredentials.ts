/** Registry credentials on this machine, from `docker login` or `az acr login`. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { dockerHub, pullSource, splitImageReference } from "@tarmac/validate/imageReference";

export interface RegistryCredentials {
  username: string;
  password: string;
  serveraddress: string;
}

interface DockerConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string }>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

/** The credentials for an image's registry; `undefined` if there are none. */
export async function credentialsFor(reference: string): Promise<RegistryCredentials | undefined> {
  const { host } = pullSource(splitImageReference(reference));
  const key = host === dockerHub ? "https://index.docker.io/v1/" : host;
  const config = dockerConfig();
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (helper !== undefined && helper !== "") return askHelper(helper, key);
  const { auth } = config.auths?.[key] ?? {};
  if (auth === undefined || auth === "") return undefined;
  const [username = "", ...password] = Buffer.from(auth, "base64").toString("utf8").split(":");
  return { username, password: password.join(":"), serveraddress: key };
}

function dockerConfig(): DockerConfig {
  try {
    const folder = process.env.DOCKER_CONFIG ?? join(homedir(), ".docker");
    return JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as DockerConfig;
  } catch {
    // Missing or unreadable: public images need no credentials, and for others the registry's error is clear enough.
    return {};
  }
}

/** Runs `docker-credential-NAME get`, which fails if it has no credentials for the host. */
function askHelper(name: string, key: string): Promise<RegistryCredentials | undefined> {
  return new Promise((resolve) => {
    const child = execFile(
      `docker-credential-${name}`,
      ["get"],
      { timeout: 20_000, env: process.env },
      (error, stdout) => {
        if (error !== null) return resolve(undefined);
        const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string };
        resolve({ username: Username, password: Secret, serveraddress: key });
      },
    );
    child.stdin?.on("error", () => undefined).end(key);
  });
}
