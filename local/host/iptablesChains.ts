/**
 * Chains of our own in this machine's firewall, reached before every other rule. Nothing else of the firewall is
 * touched, whatever the machine's own policy is.
 */
import { findProgram, run } from "./command.ts";

/** A chain of ours and the built-in chain that leads to it. */
export interface Chain {
  readonly table: "raw" | "filter";
  readonly from: "PREROUTING" | "INPUT" | "FORWARD" | "OUTPUT";
  readonly name: string;
  /** In iptables' form, without `-A chain`. */
  readonly rules: readonly string[];
}

/** The chains for iptables-restore, which replaces their contents at once. */
export function restoreInput(chains: readonly Chain[]): string {
  const tables = [...new Set(chains.map(({ table }) => table))];
  return tables
    .map((table) => {
      const own = chains.filter((chain) => chain.table === table);
      const declarations = own.map(({ name }) => `:${name} - [0:0]\n`).join("");
      const rules = own.flatMap(({ name, rules }) => rules.map((rule) => `-A ${name} ${rule}\n`)).join("");
      return `*${table}\n${declarations}${rules}COMMIT\n`;
    })
    .join("");
}

async function iptables(...args: string[]): Promise<string> {
  return run(findProgram("iptables", "iptables"), ["-w", "10", ...args]);
}

/** Whether the rules of a built-in chain (`iptables -S`) lead to ours first, and only once. */
export function isHooked(rules: string, { from, name }: Pick<Chain, "from" | "name">): boolean {
  const lines = rules.split("\n").filter((line) => line.startsWith("-A"));
  const hook = `-A ${from} -j ${name}`;
  return lines[0] === hook && lines.indexOf(hook, 1) === -1;
}

async function unhook({ table, from, name }: Chain): Promise<void> {
  for (;;) {
    try {
      await iptables("-t", table, "-D", from, "-j", name);
    } catch {
      return; // No further one.
    }
  }
}

/** Puts the chains in place, also when an earlier run left a part of them. */
export async function ensureChains(chains: readonly Chain[]): Promise<void> {
  await run(findProgram("iptables-restore", "iptables"), ["-w", "10", "--noflush"], { input: restoreInput(chains) });
  for (const chain of chains) {
    if (isHooked(await iptables("-t", chain.table, "-S", chain.from), chain)) continue;
    await unhook(chain);
    await iptables("-t", chain.table, "-I", chain.from, "1", "-j", chain.name);
  }
}

/** Removes the chains; nothing happens where there are none. */
export async function removeChains(chains: readonly Chain[]): Promise<void> {
  for (const chain of chains) {
    await unhook(chain);
    for (const action of ["-F", "-X"]) await iptables("-t", chain.table, action, chain.name).catch(() => undefined);
  }
}
