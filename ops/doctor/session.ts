/**
 * State that repeated checks of one place share: the connection to its cluster, and cached answers of external
 * services.
 */
import { ClusterReader } from "../cluster/clusterReader.ts";
import type { Place } from "./target.ts";

export interface Session {
  reader: ClusterReader;
  /**
   * Asks a registry or Azure. Within one session each question is asked once, and later checks get the first answer or
   * error again: these services are slow, limit their callers, and rarely change their answer within minutes.
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
