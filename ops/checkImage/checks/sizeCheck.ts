import type { ImageContent } from "../image/content.ts";
import { megabytes } from "../units.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";

/** Compressed; several times the size of a typical Node service. */
const large = 500e6;

/** @param budget bytes, compressed */
export function judgeSize(content: Pick<ImageContent, "bytes" | "compressedBytes">, budget?: number): Judgement {
  const { bytes, compressedBytes } = content;
  const size = `about ${megabytes(compressedBytes)} to pull, ${megabytes(bytes)} on the node`;
  if (budget !== undefined && compressedBytes > budget) {
    return problems({ code: "size-over-budget", seen: `${size}; the budget is ${megabytes(budget)}` });
  }
  return budget === undefined && compressedBytes > large
    ? problems({ code: "large-image", seen: size })
    : { fine: size };
}

export const size: Check = {
  name: "size",
  title: "is small enough to pull",
  judge: ({ content, conditions }) => content && judgeSize(content, conditions.sizeBudget),
};
