/** PID 1 of a running container, and the program behind it. */
import { basename } from "node:path/posix";
import type { RunEvidence } from "../runEvidence.ts";
import { signalNumber, type ContainerProcess } from "./containerProcesses.ts";
import { roleOf, type Role } from "./processRole.ts";

export interface Tree {
  first: ContainerProcess;
  role: Role;
  /** The program behind PID 1; PID 1 itself if it is the program. */
  program?: ContainerProcess;
  /** The chain from PID 1 to the program, as text. */
  shown: string;
  /** PID 1 or a process between it and the program that may not forward the signal. */
  keeper?: { process: ContainerProcess; role: Role };
}

/** @returns undefined if the processes are unknown */
export function treeOf(run: Pick<RunEvidence, "processes" | "restricted" | "trials" | "needed">): Tree | undefined {
  const started = run.needed?.length === 1 && run.needed[0] !== undefined ? run.trials[run.needed[0]] : run.restricted;
  const all = (run.processes ?? started?.processes ?? []).filter(({ zombie }) => !zombie);
  const first = all.find(({ pid }) => pid === 1);
  if (first === undefined) return undefined;
  const chain = [first];
  for (let at = first; roleOf(at.arguments) !== "program" && chain.length < 12;) {
    const children = all.filter(({ parent, pid }) => parent === at.pid && pid !== at.pid);
    // If there are several, take the one that leads to the program.
    const next =
      children.find((child) => roleOf(child.arguments) !== "program" || child.name !== "sleep") ?? children[0];
    if (next === undefined) break;
    chain.push(next);
    at = next;
  }
  const last = chain.at(-1) ?? first;
  const program = roleOf(last.arguments) === "program" ? last : undefined;
  const keepers = chain
    .map((process) => ({ process, role: roleOf(process.arguments) }))
    .filter(({ role }) => role !== "program" && role !== "init");
  return {
    first,
    role: roleOf(first.arguments),
    ...(program === undefined ? {} : { program }),
    shown: chain.map(inWords).join(", which starts "),
    ...(keepers[0] === undefined ? {} : { keeper: keepers[0] }),
  };
}

export const inWords = ({ arguments: words, name }: ContainerProcess): string =>
  `"${(words.length === 0 ? name : words.join(" ").trim()).slice(0, 80)}"`;

/** Since version 23, Node names its main thread. */
const isNode = ({ name, arguments: [program = ""] }: ContainerProcess): boolean =>
  /^(?:node(?:js)?|MainThread|node-MainThread)$/.test(name) || /^node(?:js)?$/.test(basename(program));

/** Node itself handles these to restore the terminal before it exits: they do not prove a handler in the program. */
const caughtByNode = ["SIGINT", "SIGTERM"].map(signalNumber);

/** Whether a program handles a signal; `undefined` if its signal mask is unknown. */
export function handles(process: ContainerProcess | undefined, signal: string): boolean | undefined {
  const number = signalNumber(signal);
  if (process === undefined || number === undefined) return undefined;
  return isNode(process) && caughtByNode.includes(number) ? undefined : process.caught.includes(number);
}

/**
 * Whether the stop signal reached the program; `undefined` if unknown, e.g. because it was never stopped. The program's
 * own behavior decides, not the processes in front of it.
 */
export function signalArrived(run: RunEvidence): boolean | undefined {
  const { stop } = run;
  if (stop === undefined) return undefined;
  // It reported that it is no longer ready, or it exited cleanly.
  if (stop.ready.some((answer) => "status" in answer && answer.status >= 500)) return true;
  const tree = treeOf(run);
  if (tree?.keeper === undefined) return tree === undefined ? undefined : true;
  if (tree.keeper.role === "processManager") return false;
  if (stop.exit?.code === 0) return true;
  if (stop.exit === undefined || tree.program === undefined) return false;
  // It ended by the signal's default action, as it would have without a process in front of it.
  const handled = handles(tree.program, stop.signal);
  const byDefault = stop.exit.code === 128 + (signalNumber(stop.signal) ?? 15);
  return handled === true ? false : handled === false || byDefault ? true : undefined;
}
