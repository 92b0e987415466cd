/**
 * A program that looks at one namespace after the other with the doctor, without the start of a process for each look: reads namespaces from
 * its standard input, one a line, and writes one line of JSON for each. Jest cannot load the client of Kubernetes itself.
 */
import { createInterface } from "node:readline";
import { diagnose, type Result } from "../../../ops/doctor/diagnose.ts";
import { observe } from "../../../ops/doctor/observe.ts";
import { newSession } from "../../../ops/doctor/session.ts";
import { findPlace, NothingDeployed } from "../../../ops/doctor/target.ts";

export interface LookAnswer {
  namespace: string;
  /** Undefined if there is nothing to diagnose, or the look failed. */
  result?: Result;
  error?: string;
}

const place = await findPlace({ stack: "local", namespace: "default" });
const session = newSession(place);

for await (const namespace of createInterface({ input: process.stdin })) {
  void look(namespace).then((answer) => process.stdout.write(`${JSON.stringify(answer)}\n`));
}

async function look(namespace: string): Promise<LookAnswer> {
  try {
    return { namespace, result: diagnose(await observe({ ...place, namespace }, session)) };
  } catch (error) {
    if (error instanceof NothingDeployed) return { namespace };
    return { namespace, error: (error as Error).message };
  }
}
