/** Comments on a pull request about its sandbox. */
import { block, code, plain, table } from "../report/markdown.ts";
import { cutAtLine } from "../report/cutText.ts";
import { hiddenRecord, hiddenRecordIn } from "../report/hiddenRecord.ts";
import { nodeHours } from "./nodeUse.ts";
import { newsIn, type NewsState, type SandboxNews } from "./sandboxNews.ts";
import { prefix } from "./sandboxName.ts";

/** Data that the comment was built from; later news updates it. */
export interface SandboxRecord extends SandboxNews {
  /** Commit that runs, or that was to run. */
  commit?: string;
}

/** Marks the comment so that later runs find it. */
export const marker = (stack: string): string => `<!-- ${stack} -->`;
/** The warning is a separate comment, because an edit notifies nobody. There is one per expiry. */
export const endMarker = ({ stack, expires }: SandboxNews): string => `<!-- ${stack} ends ${expires} -->`;

const headings: Record<NewsState, string> = {
  creating: "being created",
  up: "up",
  failed: "failed",
  asleep: "asleep",
  gone: "taken down",
  left: "not completely taken down",
};

const nameOf = (stack: string) => stack.slice(prefix.length);

/** @param run URL of the workflow run */
export function comment(record: SandboxRecord, run: string | undefined): string {
  const { stack, state, reason } = record;
  return [
    `${marker(stack)}\n## Sandbox: ${headings[state]}`,
    ...(state === "gone" ? [] : [table(["", ""], facts(record))]),
    ...(reason === undefined ? [] : [block(cutAtLine(reason, 20_000, "\n…"))]),
    // Later news of a failed sandbox has no reason, and comes from a run that did not fail.
    ...(run === undefined || reason === undefined ? [] : [`[Log of the run](${run})`]),
    ...help(record),
    recordLine(record),
  ].join("\n\n");
}

function facts({ stack, commit, owner, expires, url, reach, nodes }: SandboxRecord): string[][] {
  const how = url === undefined ? reach && code(reach) : `<${url}>`;
  return [
    ...(how === undefined || how === "" ? [] : [["address", how]]),
    ["stack", code(stack)],
    ...(commit === undefined ? [] : [["commit", code(commit.slice(0, 12))]]),
    ...(owner === undefined ? [] : [["owner", plain(owner)]]),
    ...(expires === undefined ? [] : [["expires", shownTime(expires)]]),
    ...(nodes === undefined ? [] : use(nodes)),
  ];
}

function use(nodes: NonNullable<SandboxNews["nodes"]>): string[][] {
  if (nodes.length === 0) return [["costs", "pods on a shared cluster; no nodes of its own"]];
  return [
    ["costs while it runs", `${plain(nodeHours(nodes))}, and its disks, addresses and registry`],
    ["costs while it sleeps", "no node hours; disks, addresses and registry as before"],
  ];
}

function help({ stack, state }: SandboxRecord): string[] {
  const name = nameOf(stack);
  switch (state) {
    case "gone":
      return ["Nothing is left of it. The label `sandbox` creates another one."];
    case "left":
      return [`Once it has expired, it is tried again every hour. By hand: ${code(`npx tarmac sandbox down ${name}`)}`];
    case "creating":
      return [];
    case "failed":
      return ["The next push, or the label `sandbox` set again, repairs it. What exists of it expires as said above."];
    case "asleep":
      return [
        `Wake it: the action ${code("wake")} of the workflow ${code("sandbox")}, a push, or ${code(`npx tarmac sandbox wake ${name}`)}`,
      ];
    case "up":
      return [
        [
          `- **Extend**: a push, the action ${code("extend")} of the workflow ${code("sandbox")}, or ${code(`npx tarmac sandbox extend ${name} --ttl 2d`)}`,
          `- **Save**: the action ${code("sleep")}, or ${code(`npx tarmac sandbox sleep ${name}`)}`,
          "- **Take down**: remove the label `sandbox`, or close the pull request",
        ].join("\n"),
      ];
  }
}

const shownTime = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

export function endWarning(record: SandboxRecord): string {
  const name = nameOf(record.stack);
  return [
    `${endMarker(record)}\n**The sandbox ${code(record.stack)} expires at ${shownTime(record.expires ?? "")}** and is then taken down with everything in it.`,
    `To keep it: push, run the action ${code("extend")} of the workflow ${code("sandbox")}, or ${code(`npx tarmac sandbox extend ${name} --ttl 2d`)}`,
  ].join("\n\n");
}

const recordName = "tarmac-sandbox-record";

const recordLine = (record: SandboxRecord) => hiddenRecord(recordName, [withoutReason(record), record.commit ?? ""]);

const withoutReason = ({ reason: _, ...record }: SandboxRecord): SandboxNews => record;

/** Data that an earlier comment was built from; `undefined` if it contains none. */
export function recordIn(text: string | undefined): SandboxRecord | undefined {
  const stored = hiddenRecordIn(recordName, text);
  const [news] = newsIn(stored);
  if (news === undefined) return undefined;
  const commit = (stored as unknown[])[1];
  return typeof commit === "string" && /^[0-9a-f]{7,64}$/.test(commit) ? { ...news, commit } : news;
}
