/** What adopting tarmac in a repository means: what was found or changed, and what only somebody else can do. */
import type { GitHubClient } from "../github/gitHubClient.ts";

export type GitHub = Pick<GitHubClient, "request" | "all">;

/** Outcome of one part of the adoption: one line each. */
export interface Adopted {
  /** What was changed now. */
  changed: string[];
  /** What was already so. */
  kept: string[];
  /** What is missing, and who can do what about it. */
  open: string[];
}

export const nothing = (): Adopted => ({ changed: [], kept: [], open: [] });

export const together = (parts: readonly Adopted[]): Adopted => ({
  changed: parts.flatMap(({ changed }) => changed),
  kept: parts.flatMap(({ kept }) => kept),
  open: parts.flatMap(({ open }) => open),
});

/** The answer, or `undefined` where GitHub knows no such thing. @throws GitHubError for any other refusal */
export async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { status?: number }).status === 404) return undefined;
    throw error;
  }
}
