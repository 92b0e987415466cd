/**
 * Words that Azure refuses (ReservedResourceName) in names of resources with a public endpoint, such as a registry or a
 * cluster's API server.
 * https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name, read 2026-11-28
 */

/** Refused as the whole name. */
const whole = [
  ...["access", "azure", "bing", "bizspark", "biztalk", "cortana", "directx", "dotnet", "dynamics", "excel"],
  ...["exchange", "forefront", "groove", "hololens", "hyperv", "kinect", "lync", "msdn", "o365", "office", "office365"],
  ...["onedrive", "onenote", "outlook", "powerpoint", "sharepoint", "skype", "visio", "visualstudio"],
];
/** Refused anywhere in a name. */
const anywhere = ["microsoft", "windows"];
/** Refused at the start of a name. */
const atStart = ["login", "xbox"];

/**
 * Returns the problem with a name that Azure checks, or `undefined`.
 * @param suffixed whether the name in Azure has a suffix, so that it never equals a reserved word
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
