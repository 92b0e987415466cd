/**
 * State that repeated checks of one place share: the connection to its cluster, and cached answers of external
 * services.
 */
import { askOnce, type AskOnce } from "../askOnce.ts";
import { ClusterReader } from "../cluster/clusterReader.ts";
import type { Place } from "./target.ts";

export interface Session {
  reader: ClusterReader;
  /**
   * Asks a registry or Azure. Within one session each question is asked once, and later checks get the first answer or
   * error again: these services are slow, limit their callers, and rarely change their answer within minutes.
   */
  once: AskOnce;
}

export const newSession = ({ kubeconfig }: Place): Session => ({
  reader: new ClusterReader(kubeconfig),
  once: askOnce(),
});
