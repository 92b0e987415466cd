/**
 * Words that Azure refuses (ReservedResourceName) in the name of whatever has a public endpoint, such as a registry or the
 * API server of a cluster.
 * https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name, read 2026-11-28
 */

/** Not as the whole name. */
const whole = [
  ...["access", "azure", "bing", "bizspark", "biztalk", "cortana", "directx", "dotnet", "dynamics", "excel"],
  ...["exchange", "forefront", "groove", "hololens", "hyperv", "kinect", "lync", "msdn", "o365", "office", "office365"],
  ...["onedrive", "onenote", "outlook", "powerpoint", "sharepoint", "skype", "visio", "visualstudio"],
];
/** Nowhere in it. */
const anywhere = ["microsoft", "windows"];
/** Not at its start. */
const atStart = ["login", "xbox"];

/**
 * What is wrong with a name that Azure checks, or `undefined`.
 * @param suffixed whether Azure sees more than this name, so that a match of the whole is impossible
 */
export function reservedWordProblem(name: string, suffixed = false): string | undefined {
  const lower = name.toLowerCase();
  const inside = anywhere.find((word) => lower.includes(word));
  if (inside !== undefined)
    return `"${name}" contains "${inside}", which Azure allows in no public name (ReservedResourceName): use another name`;
  const start = atStart.find((word) => lower.startsWith(word));
  if (start !== undefined)
    return `"${name}" begins with "${start}", which Azure allows in no public name (ReservedResourceName): use another name, e.g. "my-${name}"`;
  if (!suffixed && whole.includes(lower))
    return `"${name}" is a word that Azure reserves (ReservedResourceName): use another name, e.g. "my-${name}"`;
  return undefined;
}
