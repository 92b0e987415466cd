/** Shared types for adopting tarmac in a repository: what was found or changed, and what is left for a person to do. */
import type { GitHubClient } from "../github/gitHubClient.ts";

export type GitHub = Pick<GitHubClient, "request" | "all">;

/** Result of one part of the adoption: one line per item. */
export interface Adopted {
  /** What was changed now. */
  changed: string[];
  /** What was already correct. */
  kept: string[];
  /** What is missing, and who can fix it. */
  open: string[];
}

export const nothing = (): Adopted => ({ changed: [], kept: [], open: [] });

export const together = (parts: readonly Adopted[]): Adopted => ({
  changed: parts.flatMap(({ changed }) => changed),
  kept: parts.flatMap(({ kept }) => kept),
  open: parts.flatMap(({ open }) => open),
});

/** The answer, or `undefined` if GitHub answers 404. @throws GitHubError for any other refusal */
export async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { status?: number }).status === 404) return undefined;
    throw error;
  }
}
