/** The doctor, as a person or a program runs it. */
import { execFile } from "node:child_process";
import { checkoutFolder, nodeBinary } from "../../../local/settings.ts";
import type { Finding } from "../../../ops/doctor/finding.ts";
import type { PodHealth } from "../../../ops/doctor/diagnose.ts";

export interface Look {
  exitCode: number;
  /** How long it took, from the command to its answer. */
  seconds: number;
  stderr: string;
  healthy: boolean;
  findings: Finding[];
  pods: PodHealth[];
  notSeen: string[];
}

/** Runs the command behind `npm run doctor` with `--json`; what it could not look at is empty. */
export async function doctor(...args: string[]): Promise<Look> {
  const started = Date.now();
  const command = ["run.mjs", "local/onStack.ts", "ops/doctor.ts", "--json", ...args];
  const result = await new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(nodeBinary, command, { cwd: checkoutFolder, maxBuffer: 2 ** 28 }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
  const seconds = (Date.now() - started) / 1000;
  const empty = { healthy: false, findings: [], pods: [], notSeen: [] };
  const answer =
    result.stdout === "" ? empty : (JSON.parse(result.stdout) as Omit<Look, "exitCode" | "seconds" | "stderr">);
  return { ...answer, exitCode: result.exitCode, stderr: result.stderr, seconds };
}
