/** Looks for secrets in what a stack leaves behind: in plain text, and in the forms in which one is passed on. */

/** What would show a secret: itself, escaped, encoded, and encoded within something longer. */
export function formsOf(secret: string): string[] {
  const escaped = [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  const bytes = Buffer.from(secret);
  // In the Base64 of something longer a secret begins at any of three places; the edges depend on its neighbours.
  const encoded = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return text.slice(offset === 0 ? 0 : offset + 1, (bytes.length + offset) % 3 === 0 ? undefined : -1);
  });
  const urlSafe = encoded.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [...new Set([secret, ...escaped, ...encoded, ...urlSafe, bytes.toString("hex")])];
}

/**
 * @param secrets by what they are called in the findings
 * @param places what was printed or stored, by where
 * @returns "SECRET in PLACE" for everything that shows
 */
export function findSecrets(secrets: Record<string, string>, places: Record<string, string>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    // As Base64 within Base64 too: a pull secret is a file with an encoded password, and that file is encoded again.
    const forms = [...new Set(formsOf(secret).flatMap((form) => [form, ...formsOf(form)]))];
    return Object.entries(places)
      .filter(([, text]) => forms.some((form) => text.includes(form)))
      .map(([place]) => `${name} in ${place}`);
  });
}
