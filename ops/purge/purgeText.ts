/** Shows a purge to people. */
import { megabytes } from "../checkImage/units.ts";
import type { Purge, PurgedRepository } from "./purgeRegistry.ts";

export function purgeText(purge: Purge): string {
  const { loginServer, users, stacks, repositories, bytes, dryRun, problems } = purge;
  const count = repositories.reduce((sum, { deleted }) => sum + deleted.length, 0);
  const read = users.map((user) => `${user.stack} (${user.read})`).join(", ");
  return [
    `${loginServer}: read ${stacks} stack${stacks === 1 ? "" : "s"}; these name the registry: ${read}`,
    ...repositories.flatMap(repositoryLines),
    count === 0
      ? "nothing to delete"
      : `${dryRun ? "would delete" : "deleted"} ${count} manifest${count === 1 ? "" : "s"}, at most ${megabytes(bytes.freed)}` +
        (bytes.shared > 0 ? `; ${megabytes(bytes.shared)} of their layers stay, which kept manifests share` : ""),
    ...(count > 0 ? ["Other repositories may share layers as well. Azure frees the storage some time later."] : []),
    ...problems.map((problem) => `problem: ${problem}`),
    ...(dryRun && count > 0 ? ["This was a dry run. To delete: add --yes"] : []),
  ].join("\n");
}

const repositoryLines = ({ name, kept, deleted }: PurgedRepository): string[] => [
  `${name}:`,
  ...Object.entries(kept).map(([why, number]) => `  keep    ${number}  ${why}`),
  ...deleted.map(
    ({ digest, tags, updated }) =>
      `  delete  ${digest}  ${updated.toISOString().slice(0, 10)}  ${tags.join(", ") || "without a tag"}`,
  ),
];

export const purgeJson = (purge: Purge): string => JSON.stringify(purge, undefined, 2);
