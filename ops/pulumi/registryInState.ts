/** The Azure registry of a stack. */
import type { State } from "./stackState.ts";

const registryComponents = ["tarmac:azure:Registry", "tarmac:azure:ExistingRegistry"];

/** @param host of an image @returns resource id of the registry with that login server; `undefined` if it is not in Azure */
export function registryIdIn({ deployment }: State, host: string | undefined): string | undefined {
  const found = (deployment?.resources ?? []).find(
    ({ type, outputs }) => registryComponents.includes(type) && outputs?.loginServer === host,
  );
  const id = found?.outputs?.id;
  return typeof id === "string" ? id : undefined;
}
