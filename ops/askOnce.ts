/** Asks each question of an external service once, and gives the first answer or error again. */
export type AskOnce = <T>(question: string, ask: () => Promise<T>) => Promise<T>;

export function askOnce(): AskOnce {
  const answers = new Map<string, Promise<unknown>>();
  return <T>(question: string, ask: () => Promise<T>) => {
    const known = answers.get(question) ?? ask();
    answers.set(question, known);
    return known as Promise<T>;
  };
}
