/**
 * Our own chains in this machine's firewall, which come before all other rules. The rest of the firewall is not
 * changed.
 */
import { findProgram, run } from "./command.ts";

/** One of our chains, and the built-in chain that jumps to it. */
export interface Chain {
  readonly table: "raw" | "filter";
  readonly from: "PREROUTING" | "INPUT" | "FORWARD" | "OUTPUT";
  readonly name: string;
  /** In iptables' form, without `-A chain`. */
  readonly rules: readonly string[];
}

/** Input for iptables-restore, which replaces the contents of the chains atomically. */
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

/** Whether the first rule of a built-in chain (`iptables -S`) jumps to ours, and no other rule does. */
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

/** Creates the chains, or repairs what an earlier run has left of them. */
export async function ensureChains(chains: readonly Chain[]): Promise<void> {
  await run(findProgram("iptables-restore", "iptables"), ["-w", "10", "--noflush"], { input: restoreInput(chains) });
  for (const chain of chains) {
    if (isHooked(await iptables("-t", chain.table, "-S", chain.from), chain)) continue;
    await unhook(chain);
    await iptables("-t", chain.table, "-I", chain.from, "1", "-j", chain.name);
  }
}

/** Removes the chains that exist. */
export async function removeChains(chains: readonly Chain[]): Promise<void> {
  for (const chain of chains) {
    await unhook(chain);
    for (const action of ["-F", "-X"]) await iptables("-t", chain.table, action, chain.name).catch(() => undefined);
  }
}
