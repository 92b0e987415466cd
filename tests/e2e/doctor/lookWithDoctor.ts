/** Runs the doctor like a person or a program does. */
import { nodeBinary } from "../../../local/layout.ts";
import type { Finding } from "../../../ops/doctor/finding.ts";
import type { OwnerReport, PodHealth } from "../../../ops/doctor/diagnose.ts";
import { ended } from "../runProgram.ts";

export interface Look {
  exitCode: number;
  /** How long it took, from the command to its answer. */
  stderr: string;
  healthy: boolean;
  findings: Finding[];
  pods: PodHealth[];
  owners: OwnerReport[];
  notSeen: string[];
}

/** Runs the command behind `npm run doctor` with `--json`. Parts that it could not check are empty. */
export async function doctor(...args: string[]): Promise<Look> {
  const command = ["run.mjs", "ops/tarmac.ts", "doctor", "--json", ...args];
  const { code, stdout, stderr } = await ended(nodeBinary, command, { env: process.env });
  const empty = { healthy: false, findings: [], pods: [], owners: [], notSeen: [] };
  const answer = stdout === "" ? empty : (JSON.parse(stdout) as Omit<Look, "exitCode" | "stderr">);
  return { ...answer, exitCode: code, stderr };
}
