/**
 * The firewall rules kube-proxy leaves when it ends. They are removed without its help: the folder of tools may be
 * deleted at any time, also before the cluster is stopped.
 */
import { findProgram, run } from "../host/command.ts";

const isServiceChain = (name: string) => name.startsWith("KUBE-");

/**
 * What iptables-restore (with --noflush) takes to remove every chain of kube-proxy's and what leads to it.
 *
 * @param saved output of iptables-save
 */
export function removalInput(saved: string): string {
  const tables: string[] = [];
  for (const block of saved.split(/^(?=\*)/m)) {
    const table = /^\*(\S+)/.exec(block)?.[1];
    const chains = [...block.matchAll(/^:(\S+) /gm)].map(([, name]) => name ?? "").filter(isServiceChain);
    if (table === undefined || chains.length === 0) continue;
    const rules = [...block.matchAll(/^-A (\S+) .*$/gm)].filter(
      ([rule, chain]) => !isServiceChain(chain ?? "") && isServiceChain(/ -[jg] (\S+)/.exec(rule)?.[1] ?? ""),
    );
    const lines = [
      `*${table}`,
      // Declaring a chain empties it; only then can those it led to be removed.
      ...chains.map((name) => `:${name} - [0:0]`),
      ...rules.map(([rule]) => rule.replace(/^-A/, "-D")),
      ...chains.map((name) => `-X ${name}`),
      "COMMIT",
    ];
    tables.push(`${lines.join("\n")}\n`);
  }
  return tables.join("");
}

/** Removes the rules of Services from the firewall; kube-proxy must have been stopped. */
export async function removeServiceRules(): Promise<void> {
  const input = removalInput(await run(findProgram("iptables-save", "iptables"), []));
  if (input === "") return;
  await run(findProgram("iptables-restore", "iptables"), ["-w", "10", "--noflush"], { input });
}
