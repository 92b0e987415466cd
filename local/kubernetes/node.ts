/** Checks whether the node accepts pods. */
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { logFile } from "../host/daemons.ts";
import { adminKubeconfig, apiServerUrl, nodeName, pki } from "./localCluster.ts";
import { kubeletName } from "./kubelet.ts";
import { clientCertificate } from "./pki.ts";

export interface NodeCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
  /** RFC 3339, whole seconds. */
  readonly lastHeartbeatTime?: string;
}

const limitSeconds = 60;

/**
 * Whether the conditions say Ready, with a heartbeat after `since` (milliseconds). Until the kubelet has reported for the
 * first time, the conditions are those from before it was stopped.
 */
export function isReady(conditions: readonly NodeCondition[], since: number): boolean {
  const ready = conditions.find(({ type }) => type === "Ready");
  return ready?.status === "True" && Date.parse(ready.lastHeartbeatTime ?? "") >= Math.floor(since / 1000) * 1000;
}

interface Node {
  readonly status?: { readonly conditions?: readonly NodeCondition[] };
}

function readNode(credentials: { cert: string; key: string }, ca: Buffer): Promise<Node | undefined> {
  return new Promise((resolve) => {
    const asked = request(`${apiServerUrl}/api/v1/nodes/${nodeName}`, { ...credentials, ca, timeout: 2000 });
    asked.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.once("end", () => resolve(response.statusCode === 200 ? (JSON.parse(text) as Node) : undefined));
    });
    asked.once("timeout", () => asked.destroy());
    asked.once("error", () => resolve(undefined));
    asked.once("close", () => resolve(undefined));
    asked.end();
  });
}

/**
 * Waits until the node has been Ready since `since`, a time in milliseconds.
 *
 * @throws Error with the node's own message when it is not Ready within 60 s
 */
export async function nodeReady(since: number): Promise<void> {
  const credentials = clientCertificate(readFileSync(adminKubeconfig, "utf8"));
  if (credentials === undefined) throw new Error(`${adminKubeconfig} holds no client certificate`);
  const ca = readFileSync(pki("ca.crt"));
  const deadline = Date.now() + limitSeconds * 1000;
  for (;;) {
    const conditions = (await readNode(credentials, ca))?.status?.conditions ?? [];
    if (isReady(conditions, since)) return;
    if (Date.now() > deadline) {
      const why = conditions.find(({ type }) => type === "Ready")?.message ?? "the kubelet has not registered it";
      throw new Error(
        `The node was not Ready within ${limitSeconds} s: ${why}. The kubelet's log: ${logFile(kubeletName)}`,
      );
    }
    await sleep(100);
  }
}
