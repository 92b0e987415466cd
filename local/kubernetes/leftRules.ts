/**
 * Removes the firewall rules that kube-proxy leaves when it stops, and the network policy controller when it is killed. It does
 * not use either program, because the folder of tools may be deleted at any time, even before the cluster is stopped.
 */
import { findProgram, run } from "../host/command.ts";

/** kube-proxy and the network policy controller name all their chains and address sets this way. */
const isClusterChain = (name: string) => name.startsWith("KUBE-");

/**
 * The input with which iptables-restore (with --noflush) removes every such chain and every rule that leads to one.
 *
 * @param saved output of iptables-save
 */
export function removalInput(saved: string): string {
  const tables: string[] = [];
  for (const block of saved.split(/^(?=\*)/m)) {
    const table = /^\*(\S+)/.exec(block)?.[1];
    const chains = [...block.matchAll(/^:(\S+) /gm)].map(([, name]) => name ?? "").filter(isClusterChain);
    if (table === undefined || chains.length === 0) continue;
    const rules = [...block.matchAll(/^-A (\S+) .*$/gm)].filter(
      ([rule, chain]) => !isClusterChain(chain ?? "") && isClusterChain(/ -[jg] (\S+)/.exec(rule)?.[1] ?? ""),
    );
    const lines = [
      `*${table}`,
      // Declaring a chain empties it. Only then can iptables remove the chains that it jumped to.
      ...chains.map((name) => `:${name} - [0:0]`),
      ...rules.map(([rule]) => rule.replace(/^-A/, "-D")),
      ...chains.map((name) => `-X ${name}`),
      "COMMIT",
    ];
    tables.push(`${lines.join("\n")}\n`);
  }
  return tables.join("");
}

/** Removes the rules and address sets; kube-proxy and the network policy controller must have been stopped. */
export async function removeLeftRules(): Promise<void> {
  const input = removalInput(await run(findProgram("iptables-save", "iptables"), []));
  if (input !== "") {
    await run(findProgram("iptables-restore", "iptables"), ["-w", "10", "--noflush"], { input });
  }
  const ipset = findProgram("ipset", "ipset");
  const sets = (await run(ipset, ["list", "-name"])).split("\n").filter(isClusterChain);
  for (const set of sets) await run(ipset, ["destroy", set]);
}
