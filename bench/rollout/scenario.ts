/** Events that replace a service's pods while clients use it: rollouts of settings and of an image, a drained node. */
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutFolder } from "../../local/layout.ts";
import type { OwnStack } from "../../tests/e2e/ownStack.ts";
import { startLoad, type PhaseReport } from "../load/httpLoad.ts";
import { evictAll, settled } from "./evict.ts";

export interface ScenarioOptions {
  replicas: number;
  /** Called at the start of each phase. */
  report?: (phase: string) => void;
}

/**
 * Three rollouts by `pulumi up` and the eviction of every pod, under load from before the first to after the last.
 * @param stack a deployed stack whose Service is a load balancer on this machine
 */
export async function replaceUnderLoad(stack: OwnStack, { replicas, report }: ScenarioOptions): Promise<PhaseReport[]> {
  const { url = "", namespaceName = "" } = await stack.outputs();
  const folder = mkdtempSync(join(tmpdir(), "tarmac-rollout-"));
  const context = join(folder, "app");
  cpSync(join(checkoutFolder, "app"), context, { recursive: true });
  appendFileSync(join(context, "src", "main.ts"), '\nlog.info("another content, another image");\n');

  const load = startLoad({ url }, "at rest");
  const phase = (name: string) => {
    load.phase(name);
    report?.(name);
  };
  try {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    phase("rollout of a setting");
    await stack.up({ environment: { RELEASE: "2" } });
    phase("rollout of an image");
    await stack.up({ environment: { RELEASE: "2" }, context });
    phase("second rollout of a setting");
    await stack.up({ environment: { RELEASE: "3" }, context });
    phase("eviction of every pod");
    await evictAll(namespaceName);
    // Terminating pods keep serving during preStop and drain, so keep the load until they are gone.
    await settled(namespaceName, replicas);
  } finally {
    rmSync(folder, { recursive: true });
    await load.stop();
  }
  return load.stop();
}

/** One rollout under load, up to the end of the last old pod. */
export async function rollOutUnderLoad(stack: OwnStack, { replicas }: ScenarioOptions): Promise<PhaseReport[]> {
  const { url = "", namespaceName = "" } = await stack.outputs();
  const load = startLoad({ url }, "rollout of a setting");
  try {
    await stack.up({ environment: { RELEASE: String(Date.now()) } });
    await settled(namespaceName, replicas);
  } finally {
    await load.stop();
  }
  return load.stop();
}
