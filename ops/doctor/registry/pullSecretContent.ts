/** Parses a pull secret as the kubelet does. The kubelet silently ignores a Secret that it cannot parse. */
import type { PullSecretLook } from "../observation.ts";

/** A pull secret under examination. Its credentials never become part of an observation. */
export interface PullSecret {
  look: PullSecretLook;
  credentials: Map<string, { username: string; password: string }>;
}

const keys: Record<string, string> = {
  "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
  "kubernetes.io/dockercfg": ".dockercfg",
};

interface Entry {
  username?: unknown;
  password?: unknown;
  auth?: unknown;
}

export function readPullSecret(secret: { type?: string; data?: Record<string, string> }): PullSecret {
  const { type = "Opaque", data = {} } = secret;
  const credentials: PullSecret["credentials"] = new Map();
  const result = (malformed?: string): PullSecret => ({
    look: {
      exists: true,
      elsewhere: [],
      type,
      hosts: [...credentials.keys()],
      ...(malformed === undefined ? {} : { malformed }),
    },
    credentials,
  });
  const key = keys[type];
  if (key === undefined) return result(`its type is "${type}"; the kubelet reads only kubernetes.io/dockerconfigjson`);
  const encoded = data[key];
  if (encoded === undefined) return result(`it has no key "${key}"`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  } catch {
    return result(`"${key}" is not JSON`);
  }
  const auths = type.endsWith("json") ? (parsed as { auths?: unknown } | null)?.auths : parsed;
  if (typeof auths !== "object" || auths === null) return result(`"${key}" has no "auths"`);
  let malformed: string | undefined;
  for (const [server, entry] of Object.entries(auths as Record<string, Entry | null>)) {
    const host = server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
    const pair = credentialsIn(entry ?? {});
    if (pair === undefined)
      malformed = `the entry for "${server}" has neither username and password nor a base64 "auth" of USER:PASSWORD`;
    else credentials.set(host, pair);
  }
  if (credentials.size === 0) malformed ??= `"auths" is empty`;
  return result(malformed);
}

function credentialsIn({ username, password, auth }: Entry): { username: string; password: string } | undefined {
  if (typeof auth === "string" && auth !== "") {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(auth)) return undefined;
    const [user, ...rest] = Buffer.from(auth, "base64").toString("utf8").split(":");
    return user === undefined || rest.length === 0 ? undefined : { username: user, password: rest.join(":") };
  }
  return typeof username === "string" && typeof password === "string" && username !== ""
    ? { username, password }
    : undefined;
}
