/** What repeated looks at one place share: the connection to its cluster, and the answers of services that are asked only once. */
import { ClusterReader } from "../cluster/clusterReader.ts";
import type { Place } from "./target.ts";

export interface Session {
  reader: ClusterReader;
  /**
   * Asks a registry or Azure. Within one session each question is asked once, and later looks get the first answer or the
   * first error again: these services are slow, limit their callers, and rarely change their answer within minutes.
   */
  once: <T>(question: string, ask: () => Promise<T>) => Promise<T>;
}

export function newSession({ kubeconfig }: Place): Session {
  const answers = new Map<string, Promise<unknown>>();
  return {
    reader: new ClusterReader(kubeconfig),
    once: <T>(question: string, ask: () => Promise<T>) => {
      const known = answers.get(question) ?? ask();
      answers.set(question, known);
      return known as Promise<T>;
    },
  };
}
